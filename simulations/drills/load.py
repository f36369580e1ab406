"""Open-loop load: payments begin at their times, whatever has become of those before, and each is followed to its end.

Payments that wait hold no thread: a Region that is gone leaves hundreds of them waiting.
"""

from __future__ import annotations

import heapq
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, product
from typing import TYPE_CHECKING, Any, Protocol

from simulations.drills.participant import BOTH, ONE, Call, Client, Dealing, Wish
from simulations.traffic.client import ApiError, HubUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Self

    from simulations.traffic.client import OpenedTransaction

THREADS = 64
TOO_MANY = 429
IMPAIRED = 500
"""From this HTTP status on it is the hub's trouble and not the caller's."""
ON_FAILOVER = ("redrive", "cancel")


class Hub(Protocol):
    """One Region's API, as `simulations.traffic.client.HubClient` speaks to it."""

    def open_transaction(self, on_failover: str | None = None) -> OpenedTransaction: ...
    def submit(
        self, transaction_id: str, body: bytes, *, content_type: str, consistency: str | None = None
    ) -> None: ...
    def transaction(self, transaction_id: str) -> dict[str, Any]: ...


class Doors(Protocol):
    """Where the hub is found."""

    def by_name(self, home: str, client: int) -> tuple[str, Hub]:
        """Where the global name leads one of the clients that sit in `home`: the Region, and its API."""

    def own(self, region: str) -> Hub:
        """A Region's API by the Region's own name."""


def wishes(
    homes: Sequence[str], *, per_second: float, seconds: float, begin_at: float, seed: int, body: Callable[[], bytes]
) -> Iterator[Wish]:
    """Payments at a steady rate from clients in all Regions, with every choice in turn."""
    randomness = random.Random(seed)
    choices = list(product((BOTH, ONE), ON_FAILOVER, homes))
    clients = [Client() for _ in choices]
    for number in range(round(per_second * seconds)):
        consistency, on_failover, home = choices[number % len(choices)]
        yield Wish(
            number=number,
            home=home,
            on_failover=on_failover,
            consistency=consistency,
            due_at=begin_at + number / per_second,
            body=body(),
            spread=randomness.uniform(0.8, 1.2),
            client=clients[number % len(choices)],
        )


def take_step(dealing: Dealing, doors: Doors, now: Callable[[], float]) -> None:
    """Make the dealing's next call, and tell it what came of it."""
    region, hub = doors.by_name(dealing.wish.home, dealing.wish.number)
    call = dealing.next_call(region, now())
    try:
        match call:
            case Call.OPEN:
                dealing.requested_at = dealing.requested_at or now()
                opened = hub.open_transaction(on_failover=dealing.wish.on_failover)
                dealing.opened(opened.transaction_id, opened.region, now())
            case Call.SUBMIT:
                _submit(dealing, region, hub, now)
            case Call.SUBMIT_TO_OWNER if dealing.owner is not None:
                _submit(dealing, dealing.owner, doors.own(dealing.owner), now)
            case _:
                dealing.looked(hub.transaction(dealing.transaction_id or ""), now())
    except HubUnreachable:
        _failed(dealing, call, now())
    except ApiError as error:
        if error.status >= IMPAIRED or error.status == TOO_MANY:
            _failed(dealing, call, now())
        else:
            dealing.refused(f"HTTP {error.status} {error.code}")


def _submit(dealing: Dealing, region: str, hub: Hub, now: Callable[[], float]) -> None:
    hub.submit(
        dealing.transaction_id or "",
        dealing.wish.body,
        content_type="application/xml",
        consistency=dealing.consistency,
    )
    dealing.taken(region, now())


def _failed(dealing: Dealing, call: Call, now: float) -> None:
    if call is Call.SUBMIT_TO_OWNER:
        dealing.owner_failed(now)
    else:
        dealing.failed(now)


class Load:
    """The payments under way. Enter to begin; leave to stop, whatever is still open."""

    def __init__(self, wishes: Sequence[Wish], doors: Doors, *, now: Callable[[], float] = time.time) -> None:
        self.dealings = tuple(Dealing.of(each) for each in wishes)
        self._doors = doors
        self._now = now
        self._order = count()
        self._waiting = [(each.due_at, next(self._order), each) for each in self.dealings]
        heapq.heapify(self._waiting)
        self._changed = threading.Condition()
        self._open = len(self.dealings)
        self._stopped = False
        self._broken: BaseException | None = None
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="participant")
        # One thread waits for what is due, and no other: sixty that wake at every call would take a core from the hub.
        self._clock = threading.Thread(target=self._hand_out, name="participants-clock", daemon=True)

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def begin_no_more(self) -> None:
        """Payments that have not begun are left out; the others go on."""
        with self._changed:
            self.dealings = tuple(each for each in self.dealings if each.due_at <= self._now() or not each.untouched)
            kept = set(map(id, self.dealings))
            self._waiting = [each for each in self._waiting if id(each[2]) in kept]
            heapq.heapify(self._waiting)
            self._open = sum(not each.over for each in self.dealings)
            self._changed.notify_all()

    def stop(self) -> None:
        """No further call is made."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._clock.join()
        self._pool.shutdown()

    def await_ends(self, patience_seconds: float) -> bool:
        """Whether every payment has come to its end, waited for as long as the patience lasts.

        Raises whatever broke the load itself.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0 or self._broken is not None, timeout=patience_seconds)
        if self._broken is not None:
            raise self._broken
        return self._open == 0

    def _hand_out(self) -> None:
        while (dealing := self._next()) is not None:
            step = self._pool.submit(take_step, dealing, self._doors, self._now)
            step.add_done_callback(partial(self._back, dealing))

    def _next(self) -> Dealing | None:
        with self._changed:
            while not self._stopped:
                wait = self._waiting[0][0] - self._now() if self._waiting else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(wait)
            return None

    def _back(self, dealing: Dealing, step: Future[None]) -> None:
        with self._changed:
            self._broken = self._broken or step.exception()
            if dealing.over:
                self._open -= 1
            else:
                heapq.heappush(self._waiting, (dealing.due_at, next(self._order), dealing))
            self._changed.notify_all()
