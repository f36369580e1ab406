"""Deadlines: where open transactions are listed by theirs, and what tells the hub to look."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.core.documents import Fields, JsonValue, MalformedDocument, instant_text
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.definitions import family
from lambdas.core.iso20022.reason_codes import ReasonCode

SHARD_COUNT = 16
"""Lists that a Region's open transactions are spread over: all of one list are in one partition of the index, and a
partition takes 1,000 writes a second."""


_COPY = "#copy-"


def lists_open(shard: str | None) -> bool:
    """Whether a record's list is one of open transactions: those that await a copy are on others."""
    return shard is not None and _COPY not in shard


def shards_of(region: str) -> tuple[str, ...]:
    """The lists of a Region's open transactions."""
    return tuple(f"{region}#{number:02d}" for number in range(SHARD_COUNT))


def shard_of(region: str, transaction_id: str) -> str:
    """The list that a transaction is on while it is open. The Region is its owner: whoever takes it over moves it."""
    return shards_of(region)[zlib.crc32(transaction_id.encode()) % SHARD_COUNT]


def copy_shards_of(region: str) -> tuple[str, ...]:
    """The lists, in the same index, of a Region's ended transactions whose message awaits a copy elsewhere.

    Lists of their own: however many wait, and however long, they are in no open transaction's way.
    """
    return tuple(f"{region}{_COPY}{number:02d}" for number in range(SHARD_COUNT))


def copy_shard_of(region: str, transaction_id: str) -> str:
    """The list that a transaction is on from its end until its message has every copy."""
    return copy_shards_of(region)[zlib.crc32(transaction_id.encode()) % SHARD_COUNT]


def taken_shard_of(region: str) -> str:
    """The list of what a Region has taken over and not yet acted on. One is enough: takeovers come one by one."""
    return f"{region}#taken"


def deadline_of(opened_at: datetime, definition: str | None, seconds_by_family: Mapping[str, int]) -> datetime | None:
    """The deadline of a message by its definition, None where the settings name none of its family."""
    seconds = None if definition is None else seconds_by_family.get(family(definition))
    return None if seconds is None else opened_at + timedelta(seconds=seconds)


def timeout_reason(deadline: datetime) -> Reason:
    """Why a transaction is rejected whose deadline has passed."""
    return Reason(
        ReasonCode.SETTLEMENT_TIMEOUT, "", f"the transaction had not ended by its deadline, {instant_text(deadline)}"
    )


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list of open transactions: ordered by deadline, then by id."""

    deadline: datetime
    transaction_id: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Look for transactions past their deadline in these lists, in this order; in the first of them from `after` on.

    fan_out: it is the schedule's, once a minute, and first sends those of the seconds to come.
    """

    shards: tuple[str, ...]
    after: Position | None = None
    fan_out: bool = False

    def to_json(self) -> str:
        """One JSON object."""
        after: JsonValue = None
        if self.after is not None:
            after = {"deadline": instant_text(self.after.deadline), "transaction_id": self.after.transaction_id}
        return json.dumps({"shards": list(self.shards), "after": after, "fan_out": self.fan_out}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, region: str) -> "Tick":
        """Raises MalformedDocument; a tick without `shards` means all of the Region's open ones, and no tick another
        Region's."""
        fields = Fields.parse(text, "tick")
        own = (*shards_of(region), *copy_shards_of(region))
        named = fields.values.get("shards")
        if named is None:
            named = list(shards_of(region))
        if not isinstance(named, list) or not all(each in own for each in named):
            raise MalformedDocument("tick.shards: expected a list of the Region's own shards")
        after = fields.section_or_none("after")
        position = None if after is None else Position(after.instant("deadline"), after.text("transaction_id"))
        return cls(tuple(str(each) for each in named), position, fields.values.get("fan_out") is True)
