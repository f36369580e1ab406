"""`make bench`: the payment path of a fresh deployment, measured from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.bench.events import stream_lines
from simulations.bench.figures import call_lines, latency_line
from simulations.traffic.load import Ended, ended, submit_at_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulations.bench.probe import Probe
    from simulations.traffic.client import HubClient
    from simulations.traffic.load import Submitted

WARM_UP = 20
OF_EVENTS = frozenset({"publishing", "syncer"})
"""The functions that a payment does not wait for: they tell of it when it has ended."""
PATIENCE_SECONDS = 60.0


def measure(
    clients: Sequence[HubClient],
    probe: Probe,
    exports: Mapping[str, Mapping[str, object]],
    *,
    count: int,
    per_second: float,
    seed: int,
    note: Callable[[str], None],
) -> Iterator[str]:
    """Send a warm-up and then `count` payments at a steady rate; yield the report's lines.

    exports: what the Regions' stacks export, by Region.
    """
    note(f"warming up with {WARM_UP} payments")
    _await_all(clients, submit_at_rate(clients, count=WARM_UP, per_second=per_second, seed=seed + 1))
    note(f"sending {count} payments at {per_second:g} a second, seed {seed}")
    before = probe.read()
    submitted = submit_at_rate(clients, count=count, per_second=per_second, seed=seed)
    _await_all(clients, submitted[-len(clients) :])
    path = probe.read().since(before)
    reading = probe.read()
    by_region = {client.endpoint.region: client for client in clients}
    for each in submitted:
        by_region[each.region].answer(each.transaction_id)
    answers = probe.read().since(reading)
    outcomes = _await_all(clients, submitted)

    # Looking whether a payment has ended is the bench's own doing, and ticks come without any payment.
    calls = {
        kind: n
        for kind, n in (path.calls + answers.calls).items()
        if kind[0::2] != ("transaction", "GetItem") and kind[0] not in {"timeout", *OF_EVENTS}
    }
    of_events = {kind: n for kind, n in path.calls.items() if kind[0] in OF_EVENTS}
    settled = sum(each.status == "ACSC" for each in outcomes)
    yield f"{count} payments at {per_second:g} a second in {len(clients)} Regions: {settled} ACSC"
    yield "AWS calls per payment, in the functions:"
    yield from call_lines(calls, count)
    yield "beside the path, for each payment's event in both Regions' streams:"
    yield from call_lines(of_events, count)
    cpu_ms = (path.worker_cpu_seconds + answers.worker_cpu_seconds) * 1000 / count
    yield f"{'CPU per payment, in the functions':<44} {cpu_ms:.1f} ms ({path.workers} worker processes)"
    yield f"{'CPU per payment, in the emulator':<44} {(path.server_cpu_seconds) * 1000 / count:.1f} ms"
    yield from latency_lines(outcomes)
    yield from stream_lines(exports, outcomes)


def latency_lines(outcomes: Sequence[Ended]) -> Iterator[str]:
    """Wall clock from the request, and from acceptance, to the terminal status."""
    yield latency_line("request to terminal status", [each.from_request_ms for each in outcomes])
    yield latency_line("acceptance (ACCP) to terminal status", [each.from_acceptance_ms for each in outcomes])


def outcomes_of(clients: Sequence[HubClient], submitted: Sequence[Submitted]) -> list[Ended]:
    """What became of each payment, once all have ended."""
    return _await_all(clients, submitted)


def _await_all(clients: Sequence[HubClient], submitted: Sequence[Submitted]) -> list[Ended]:
    by_region = {client.endpoint.region: client for client in clients}
    return [
        ended(each, by_region[each.region].await_end(each.transaction_id, patience_seconds=PATIENCE_SECONDS))
        for each in submitted
    ]
