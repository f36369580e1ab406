"""When what happened, and how long recovering took, in its parts."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Moment(StrEnum):
    """What a drill takes the time of. Each is noted once, when it first happens."""

    BEGUN = "payments begin"
    BROKEN = "fault injected"
    LEAD_TAKEN = "lead taken"
    NAME_MOVED = "name leads to the other Region"
    LAST_FAILED_CALL = "last call that failed"
    LAST_TAKEN = "last transaction taken over"
    LAST_OLD_END = "last payment from before the fault ended"
    BACK = "fault healed"
    GIVEN_BACK = "Region leads itself again"
    NAME_HOME = "name leads to the Region again"
    SERVED_AGAIN = "first payment ended in the Region again"
    ENDED = "payments end"


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one time. leaders: who carries each Region's transactions; names: where the name leads clients
    of each Region; faults: what is wrong with a Region."""

    at: float
    leaders: Mapping[str, str]
    names: Mapping[str, str]
    faults: Mapping[str, str]


@dataclass(slots=True)
class Timeline:
    """The moments and samples of one drill; noted from several threads."""

    moments: dict[Moment, float] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, moment: Moment, at: float) -> bool:
        """Keep when it happened, unless it is known; whether it was new."""
        with self._lock:
            new = moment not in self.moments
            self.moments.setdefault(moment, at)
            return new

    def see(self, sample: Sample) -> None:
        """Keep what was seen."""
        with self._lock:
            self.samples.append(sample)

    @property
    def last(self) -> Sample | None:
        """What was seen last."""
        with self._lock:
            return self.samples[-1] if self.samples else None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the recovery time. seconds: None where it did not come to that. meaning: from what to what."""

    name: str
    seconds: float | None
    meaning: str

    def document(self) -> dict[str, str | float | None]:
        """JSON form."""
        return {
            "name": self.name,
            "seconds": None if self.seconds is None else round(self.seconds, 2),
            "meaning": self.meaning,
        }


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long it took from the fault until service was normal, and what of it was what. seconds: None if never."""

    seconds: float | None
    parts: Sequence[Part]
    meaning: str = (
        "from the fault to the latest of: the name leads all clients to the Region left; no call of theirs fails any "
        "more; every payment opened before the fault has ended"
    )


def recovery(moments: Mapping[Moment, float]) -> Recovery:
    """The recovery time and its parts. Detection, takeover and drain follow each other; DNS goes on beside them.

    Failing back is no part of recovering: it comes when a person wants it.
    """
    broken = moments.get(Moment.BROKEN)
    lead, taken = moments.get(Moment.LEAD_TAKEN), moments.get(Moment.LAST_TAKEN)
    moved, old_end = moments.get(Moment.NAME_MOVED), moments.get(Moment.LAST_OLD_END)
    taken = lead if taken is None else taken
    parts = (
        Part("detection", _between(broken, lead), "from the fault to the conditional write that took the lead"),
        Part(
            "takeover",
            _between(lead, taken),
            "from there to the last transaction of the lost Region with its new owner",
        ),
        Part(
            "DNS",
            _between(broken, moved),
            "from the fault to the name leading all clients elsewhere, their caches included",
        ),
        Part(
            "drain",
            _between(taken, old_end),
            "from the last takeover to the end of the last payment opened before the fault",
        ),
        Part(
            "failback",
            _between(moments.get(Moment.GIVEN_BACK), moments.get(Moment.NAME_HOME)),
            "from the Region leading itself again to the name leading all its clients back to it",
        ),
    )
    needed = (moved, lead, old_end)
    if broken is None or None in needed:
        return Recovery(None, parts)
    latest = max(each for each in (*needed, moments.get(Moment.LAST_FAILED_CALL)) if each is not None)
    return Recovery(latest - broken, parts)


def _between(start: float | None, end: float | None) -> float | None:
    """Zero where the end was there before."""
    return None if start is None or end is None else max(0.0, end - start)
