"""Chains for the tests, made by the rules and then edited against them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.audit.head import AuditHead
from lambdas.core.audit.record import AuditRecord, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAIN, OTHER_CHAIN = "eu-west-1", "eu-west-2"
START = datetime(2026, 11, 3, 10, 15, 30, tzinfo=UTC)


def event(number: int, **details: str) -> AuditEvent:
    """The event of that number; it differs from every other."""
    at = START + timedelta(seconds=number)
    return AuditEvent(AuditAction.DETOKENISE, at, "participant-a", {"purpose": f"case {number}", **details})


def chain_of(count: int, chain: str = CHAIN) -> tuple[AuditRecord, ...]:
    """So many records, each after the one before."""
    records: list[AuditRecord] = []
    place = Place()
    for number in range(1, count + 1):
        records.append(AuditRecord.after(place, chain, f"{number:032x}", event(number)))
        place = records[-1].place
    return tuple(records)


def head_at(records: Sequence[AuditRecord], sequence: int) -> AuditHead:
    """What was signed when the chain stood there."""
    record = records[sequence - 1]
    return AuditHead(record.chain, record.place, record.event.at)


def texts(records: Sequence[AuditRecord]) -> list[str]:
    """As they are kept."""
    return [each.text() for each in records]


def changed(record: AuditRecord, **details: str) -> AuditRecord:
    """The same place, another event in it."""
    return replace(record, event=replace(record.event, details={**record.event.details, "purpose": "other", **details}))


def rewritten(records: Sequence[AuditRecord], at: int) -> list[AuditRecord]:
    """The record at that index changed, and every one behind it made to follow."""
    made = [*records[:at], changed(records[at])]
    for record in records[at + 1 :]:
        made.append(AuditRecord.after(made[-1].place, record.chain, record.id, record.event))
    return made


def spelled_otherwise(record: AuditRecord) -> str:
    """The same JSON with spaces in it."""
    return json.dumps(json.loads(record.text()))
