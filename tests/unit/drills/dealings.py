"""Payments and fates as drills meet them, made for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from simulations.checkers.statuses import Status
from simulations.drills.fates import Entry, Fate, Takeover
from simulations.drills.participant import BOTH, Dealing, Wish

HERE, THERE = "eu-west-1", "eu-west-2"


def wish(number: int = 0, *, due_at: float = 100.0, consistency: str = BOTH) -> Wish:
    return Wish(number, HERE, "redrive", consistency, due_at, b"<x/>")


def view(status: str, owner: str = HERE, at: float = 101.0) -> dict[str, object]:
    """GET /transactions/{id}, as far as a participant reads it. at: of the last step, in epoch seconds."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return {"status": status, "owner_region": owner, "history": [{"status": status, "at": moment}]}


def opened(number: int = 0, at: float = 100.0) -> Dealing:
    dealing = Dealing.of(wish(number, due_at=at))
    dealing.opened(f"t{number}", HERE, at)
    return dealing


def fate(
    number: int = 0,
    *statuses: str,
    reason: str | None = None,
    taken: bool = False,
    copies: tuple[str, ...] = (HERE, THERE),
    on_failover: str = "redrive",
) -> Fate:
    """A transaction whose steps come a second after each other, from 100 on; it is taken over after the first."""
    steps = tuple(Entry(Status(each), THERE if taken and n else HERE, 100.0 + n) for n, each in enumerate(statuses))
    takeovers = (Takeover(HERE, THERE, 2, 100.5),) if taken else ()
    return Fate(f"t{number}", on_failover, steps[-1].status, reason, steps, takeovers, copies)
