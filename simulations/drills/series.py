"""What clients saw, second by second."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulations.drills.fates import Fate
    from simulations.drills.participant import Dealing


@dataclass(frozen=True, slots=True)
class Series:
    """Counts by whole seconds since the payments began. wanted: payments that were due; opened, taken: acknowledged;
    ended: by the hub's record; failed: calls without an answer; waits: of each ended payment, when it was due and how
    many milliseconds later it ended.
    """

    wanted: Mapping[int, int]
    opened: Mapping[int, int]
    taken: Mapping[int, int]
    ended: Mapping[int, int]
    failed: Mapping[int, int]
    waits: Sequence[tuple[float, float]]

    def document(self) -> list[dict[str, int]]:
        """JSON form: one entry for each second in which anything was."""
        columns = {
            "wanted": self.wanted,
            "opened": self.opened,
            "taken": self.taken,
            "ended": self.ended,
            "failed": self.failed,
        }
        seconds = sorted({second for column in columns.values() for second in column})
        return [{"second": second} | {name: of.get(second, 0) for name, of in columns.items()} for second in seconds]


def series(dealings: Sequence[Dealing], fates: Mapping[str, Fate], begun: float) -> Series:
    """From the clients' notes and the hub's records."""
    ends = [
        (each.wish.due_at, fate.ended_at)
        for each in dealings
        if (fate := fates.get(each.transaction_id or "")) is not None and fate.ended_at is not None
    ]
    return Series(
        wanted=_counted((each.wish.due_at for each in dealings), begun),
        opened=_counted((each.opened_at for each in dealings), begun),
        taken=_counted((each.taken_at for each in dealings), begun),
        ended=_counted((ended for _, ended in ends), begun),
        failed=_counted((at for each in dealings for at in each.unanswered), begun),
        waits=[(due - begun, (ended - due) * 1000) for due, ended in ends],
    )


def _counted(times: Iterable[float | None], begun: float) -> Counter[int]:
    return Counter(int(at - begun) for at in times if at is not None)


@dataclass(frozen=True, slots=True)
class Times:
    """How long payments took from their time to their end, in milliseconds: half of them, and 95 of 100, at most."""

    payments: int
    p50_ms: float
    p95_ms: float


def times(seen: Series, broken_after: float | None, back_after: float | None) -> dict[str, Times]:
    """By when payments were due: before the fault, while it lasted, and after it. Seconds since the payments began."""
    start = float("inf") if broken_after is None else broken_after
    end = float("inf") if back_after is None else back_after
    phases = {"before the fault": (0.0, start), "while it lasted": (start, end), "after it": (end, float("inf"))}
    found = {
        name: [took for due, took in seen.waits if since <= due < until] for name, (since, until) in phases.items()
    }
    return {name: _times(took) for name, took in found.items() if len(took) > 1}


def _times(took: Sequence[float]) -> Times:
    cuts = quantiles(took, n=20, method="inclusive")
    return Times(len(took), round(cuts[9], 1), round(cuts[18], 1))
