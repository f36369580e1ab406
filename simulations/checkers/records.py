"""A transaction as its item of the table says it, read by the checker's own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from boto3.dynamodb.types import TypeDeserializer

from simulations.checkers.statuses import ENDINGS, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Item: TypeAlias = "Mapping[str, AttributeValueTypeDef]"
_Fields: TypeAlias = "Mapping[str, object]"
_DESERIALIZER = TypeDeserializer()


class Malformed(Exception):
    """An item that is not of the hub's form. Names the field, never its value."""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the history. with_reason: whether it says why."""

    status: Status
    at: datetime
    with_reason: bool


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """What the record says of one payment."""

    end_to_end_id: str | None
    uetr: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class ObjectOnRecord:
    """A payload that the record names. definition: None where the message could not be recognised."""

    key: str
    sha256: str
    definition: str | None
    content_type: str | None = None

    @property
    def family(self) -> str | None:
        """The message without its version: `pacs.008`."""
        return None if self.definition is None else self.definition[: len("pacs.008")]


@dataclass(frozen=True, slots=True)
class Record:
    """One transaction. listed: whether the list of open ones has it. taken_over: whether its Region was lost."""

    transaction_id: str
    status: Status
    history: tuple[Step, ...]
    with_reason: bool
    payments: tuple[PaymentLine, ...]
    message: ObjectOnRecord | None
    answer: ObjectOnRecord | None
    listed: bool
    taken_over: bool = False

    @property
    def ended(self) -> bool:
        """Whether its status is terminal."""
        return self.status in ENDINGS

    @property
    def settled(self) -> tuple[int, ...]:
        """The positions of the payments that are ACSC."""
        return tuple(place for place, each in enumerate(self.payments) if each.status is Status.ACSC)


def read_record(item: Item) -> Record:
    """The record in an item's attribute map. Raises Malformed."""
    plain = {name: _DESERIALIZER.deserialize(value) for name, value in item.items()}
    return Record(
        transaction_id=_text(plain, "transaction_id"),
        status=_status(plain, "item"),
        history=tuple(_step(each) for each in _list(plain, "history")),
        with_reason=plain.get("reason") is not None,
        payments=tuple(_payment(each) for each in _list(plain, "payments")),
        message=_object(plain, "message"),
        answer=_object(plain, "answer"),
        listed="open_shard" in plain,
        taken_over="takeovers" in plain and bool(_list(plain, "takeovers")),
    )


def _step(entry: object) -> Step:
    fields = _map(entry, "history")
    try:
        at = datetime.fromisoformat(_text(fields, "at"))
    except ValueError as error:
        raise Malformed("history: at is no moment") from error
    if at.tzinfo is None:
        raise Malformed("history: at says no offset")
    return Step(_status(fields, "history"), at, fields.get("reason") is not None)


def _payment(entry: object) -> PaymentLine:
    fields = _map(entry, "payments")
    return PaymentLine(
        _text_or_none(fields, "end_to_end_id"), _text_or_none(fields, "uetr"), _status(fields, "payments")
    )


def _object(fields: _Fields, name: str) -> ObjectOnRecord | None:
    if fields.get(name) is None:
        return None
    named = _map(fields[name], name)
    return ObjectOnRecord(
        _text(named, "key"),
        _text(named, "sha256"),
        _text_or_none(named, "definition"),
        _text_or_none(named, "content_type"),
    )


def _status(fields: _Fields, place: str) -> Status:
    try:
        return Status(_text(fields, "status"))
    except ValueError as error:
        raise Malformed(f"{place}: status is none of {', '.join(Status)}") from error


def _map(value: object, place: str) -> _Fields:
    if not isinstance(value, dict):
        raise Malformed(f"{place}: expected a map")
    return value


def _list(fields: _Fields, name: str) -> list[object]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise Malformed(f"{name}: expected a list")
    return value


def _text(fields: _Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name}: expected text")
    return value


def _text_or_none(fields: _Fields, name: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name)
