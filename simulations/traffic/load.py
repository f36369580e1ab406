"""Open-loop load: payments at a steady rate, whatever the hub makes of them, and what became of each."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulations.traffic.payments import credit_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from simulations.traffic.client import HubClient

CLIENT_THREADS = 32


@dataclass(frozen=True, slots=True)
class Submitted:
    """A payment that the hub took: when its first request left (epoch seconds), and under which id."""

    transaction_id: str
    region: str
    requested_at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A payment that ended; milliseconds from its first request, and from its acceptance (ACCP), to the end."""

    transaction_id: str
    region: str
    status: str
    statuses: tuple[str, ...]
    from_request_ms: float
    from_acceptance_ms: float


def submit_at_rate(
    clients: Sequence[HubClient], *, count: int, per_second: float, seed: int, sent: Callable[[], None] = lambda: None
) -> list[Submitted]:
    """Submit `count` payments, the n-th `n / per_second` seconds after the first, to the clients in turn.

    A request that fails is raised when all have been sent. `sent` is called once per payment, from client threads.
    """
    randomness = random.Random(seed)
    bodies = [credit_transfer(randomness, datetime.now(UTC)) for _ in range(count)]
    pace = threading.Event()
    start = time.monotonic()
    with ThreadPoolExecutor(CLIENT_THREADS) as pool:
        futures = []
        for number, body in enumerate(bodies):
            pace.wait(max(0.0, start + number / per_second - time.monotonic()))
            futures.append(pool.submit(_submit_one, clients[number % len(clients)], body, sent))
        return [future.result() for future in futures]


def _submit_one(client: HubClient, body: bytes, sent: Callable[[], None]) -> Submitted:
    requested_at = time.time()
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type="application/xml")
    sent()
    return Submitted(transaction_id, client.endpoint.region, requested_at)


def ended(submitted: Submitted, view: dict[str, Any]) -> Ended:
    """What an ended transaction's history says of its times. `view` is GET /transactions/{id}."""
    history = view["history"]
    times = [datetime.fromisoformat(str(entry["at"])).timestamp() for entry in history]
    return Ended(
        transaction_id=submitted.transaction_id,
        region=submitted.region,
        status=str(view["status"]),
        statuses=tuple(str(entry["status"]) for entry in history),
        from_request_ms=(times[-1] - submitted.requested_at) * 1000,
        from_acceptance_ms=(times[-1] - times[0]) * 1000,
    )
