"""What became of each transaction of a drill, from the stores and not from what clients were told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from simulations.checkers.statuses import ENDINGS, Reserved, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulations.checkers.case import Case
    from simulations.checkers.records import Item

_DESERIALIZER = TypeDeserializer()


@dataclass(frozen=True, slots=True)
class Takeover:
    """A transaction's way from a lost Region to another; `at` in epoch seconds."""

    lost: str
    leader: str
    epoch: int
    at: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One step on record; `at` in epoch seconds."""

    status: Status
    region: str
    at: float


@dataclass(frozen=True, slots=True)
class Fate:
    """One transaction on record. copies: the Regions whose buckets had the message when it became ACTC.

    reason: the code of its end, if it has one.
    """

    transaction_id: str
    on_failover: str
    status: Status
    reason: str | None
    history: tuple[Entry, ...]
    takeovers: tuple[Takeover, ...]
    copies: tuple[str, ...]

    @property
    def opened_at(self) -> float:
        """When it was opened."""
        return self.history[0].at

    @property
    def ended_at(self) -> float | None:
        """When it ended; None while it is open."""
        return self.history[-1].at if self.status in ENDINGS else None

    @property
    def durable(self) -> bool:
        """Whether it was ACTC: from then on no loss of one Region may lose its message."""
        return any(each.status is Status.ACTC for each in self.history)

    @property
    def late_steps(self) -> tuple[Entry, ...]:
        """Steps of a Region after the transaction was taken from it; but cancellations are the ledger's to decide."""
        return tuple(
            entry
            for takeover in self.takeovers
            for entry in self.history
            if entry.region == takeover.lost and entry.at > takeover.at and entry.status is not Status.CANC
        )


def read_fate(item: Item) -> Fate:
    """One item of the transactions table."""
    plain: dict[str, Any] = {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
    copies = (plain.get("message") or {}).get("copies") or {}
    return Fate(
        transaction_id=str(plain["transaction_id"]),
        on_failover=str(plain["on_failover"]),
        status=Status(plain["status"]),
        reason=(plain.get("reason") or {}).get("code"),
        history=tuple(
            Entry(Status(each["status"]), str(each["region"]), _seconds(each["at"])) for each in plain["history"]
        ),
        takeovers=tuple(
            Takeover(str(each["from"]), str(each["to"]), int(each["epoch"]), _seconds(each["at"]))
            for each in plain.get("takeovers") or ()
        ),
        copies=tuple(map(str, copies.get("regions") or ())),
    )


def doubled(cases: Iterable[Case]) -> tuple[str, ...]:
    """The transactions that moved money for a payment that another one moved money for as well."""
    posted = list(_posted(cases))
    times = Counter(uetr for _, uetr in posted)
    return tuple(sorted({transaction_id for transaction_id, uetr in posted if times[uetr] > 1}))


def _posted(cases: Iterable[Case]) -> Iterator[tuple[str, str]]:
    """Each payment whose money has moved, by the ledger; its reference by the archived message."""
    for case in cases:
        if case.ledger is None or case.ledger.state is not Reserved.POSTED or case.asked is None:
            continue
        for position in case.ledger.transfers:
            uetr = case.asked.payments[position].uetr if position < len(case.asked.payments) else None
            if uetr is not None:
                yield case.transaction_id, uetr


def _seconds(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()
