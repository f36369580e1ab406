"""What a replay did and found, as it is shown. Counts of what is as it was; by name only what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lambdas.core.documents import instant_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class LeftAlone(StrEnum):
    """Why an archived message is not replayed though nothing is wrong with it."""

    UNKNOWN = "no transaction of its id is on record"
    NEVER_TAKEN_ON = "its transaction has no message: it was never taken on, and whose it is was not recorded"
    NOT_ITS_MESSAGE = "its transaction has another message: the hub has refused this one"
    ELSEWHERE = "its transaction is another Region's: replay it there"


@dataclass(frozen=True, slots=True)
class NotReplayed:
    """A message of a transaction that was left alone, or could not be replayed, and why."""

    transaction_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A transaction that is not as it was before. what: attributes of its record, `ledger`, `answers`."""

    transaction_id: str
    region: str
    before: str
    after: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyMade:
    """A message or an answer (kind) that a Region's bucket lacked and has now."""

    transaction_id: str
    region: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A transaction that was replayed and has not ended."""

    transaction_id: str
    region: str
    status: str


@dataclass(slots=True)
class ReplayReport:
    """Grows while the replay goes on.

    by: the AWS identity of whoever replayed. unchanged: transactions that are as they were. stopped: Regions whose
    queues did not empty in time; nothing more was replayed after that.
    """

    by: str
    since: datetime
    regions: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    archived: int = 0
    replayed: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    changed: list[Changed] = field(default_factory=list)
    copies: list[CopyMade] = field(default_factory=list)
    left_alone: list[NotReplayed] = field(default_factory=list)
    refused: list[NotReplayed] = field(default_factory=list)
    unfinished: list[Unfinished] = field(default_factory=list)
    stopped: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether all that was to be replayed was, and has ended."""
        return not (self.refused or self.unfinished or self.stopped)

    @property
    def left_by_reason(self) -> Mapping[str, int]:
        """How many were left alone, by why."""
        return Counter(each.why for each in self.left_alone)

    def document(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "by": self.by,
            "since": instant_text(self.since),
            "regions": list(self.regions),
            "started_at": instant_text(self.started_at),
            "ended_at": instant_text(self.ended_at),
            "counts": self._counts(),
            "replayed": dict(sorted(self.replayed.items())),
            "changed": [asdict(each) for each in self.changed],
            "copies": [asdict(each) for each in self.copies],
            "left_alone": [asdict(each) for each in self.left_alone],
            "refused": [asdict(each) for each in self.refused],
            "unfinished": [asdict(each) for each in self.unfinished],
            "stopped": list(self.stopped),
        }

    def _counts(self) -> dict[str, int]:
        listed = ("changed", "copies", "left_alone", "refused", "unfinished")
        return {
            "archived": self.archived,
            "replayed": self.replayed.total(),
            "unchanged": self.unchanged,
            "unknown": self.left_by_reason.get(LeftAlone.UNKNOWN, 0),
            **{each: len(getattr(self, each)) for each in listed},
        }
