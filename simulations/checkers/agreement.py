"""Invariant I3: the answer that a client reads agrees with the transaction, with its message and with the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.checkers.answers import NOT_PROVIDED, RESOLUTION
from simulations.checkers.case import REQUEST_TO_CANCEL
from simulations.checkers.statuses import Reserved, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.checkers.answers import ToldGroup
    from simulations.checkers.case import Case, Rule
    from simulations.checkers.records import Record

_ANSWERS = {REQUEST_TO_CANCEL: RESOLUTION, "pain.001": "pain.002"}
_USUAL_ANSWER = "pacs.002"
_OF_REQUESTS = {Status.ACSC: "ACCR", Status.RJCT: "RJCR"}


def _stored(case: Case) -> str | None:
    if case.record is None or case.record.answer is None or case.answer is None:
        return None
    named = case.record.answer
    if named.key != f"outgoing/{case.transaction_id}/{named.sha256}":
        return "the answer's key is not made of its transaction and its sha256"
    there = {region: sha256 for region, sha256 in case.answer.copies.items() if sha256 is not None}
    if not there:
        return "no Region has the answer"
    # A client of any Region may be given any copy: one that is wrong is wrong, however many are right.
    wrong = sorted(region for region, sha256 in there.items() if sha256 != named.sha256)
    return f"{wrong[0]} has another answer under its key" if wrong else None


def _legible(case: Case) -> str | None:
    return None if case.answer is None else case.answer.unreadable


def _fitting(case: Case) -> str | None:
    if case.record is None or case.record.answer is None or case.told is None:
        return None
    if case.told.definition != case.record.answer.definition:
        return "the answer is of another definition than the record says"
    definition = None if case.record.message is None else case.record.message.definition
    # What could not be recognised, or read any more, is answered as well as can be.
    if definition is None or _lost(case.record) or case.told.family == _ANSWERS.get(definition[:8], _USUAL_ANSWER):
        return None
    return "the answer is not the one to such a message"


def _recognised(case: Case) -> str | None:
    if case.record is None or case.record.message is None or case.asked is None:
        return None
    on_record, own = case.record.message.definition, case.asked.definition
    if on_record is None or (on_record[:8] == case.asked.family and own in (None, on_record)):
        return None
    return "the message is of another definition than the record says"


def _consistent(case: Case) -> str | None:
    if case.record is None:
        return None
    statuses = {payment.status for payment in case.record.payments}
    allowed = {
        Status.ACSC: {Status.ACSC, Status.RJCT},
        Status.RJCT: {Status.RJCT},
        Status.CANC: {Status.CANC, Status.RJCT},
    }.get(case.record.status, set())
    needed = set() if _lost(case.record) or not allowed else {case.record.status}
    if statuses <= allowed and needed <= statuses:
        return None
    return f"{case.record.status}, and its payments are {', '.join(sorted(statuses)) or 'none'}"


def _explained(case: Case) -> str | None:
    if case.record is None:
        return None
    if case.record.status is Status.RJCT and not case.record.with_reason:
        return "RJCT without a reason"
    return "ACSC with a reason" if case.record.status is Status.ACSC and case.record.with_reason else None


def _group_told(case: Case) -> str | None:
    if case.record is None or case.told is None:
        return None
    told = case.told.whole.status
    if case.record.status is Status.CANC:
        # No group status of ISO's says cancelled: which of the others is right, the answer's builder says.
        return "the answer's group status is ACSC, its transaction CANC" if told == Status.ACSC else None
    ways = ("CNCL", "PECR", "RJCR") if case.told.family == RESOLUTION else ("ACSC", "PART", "RJCT")
    expected = _summary([payment.status is Status.ACSC for payment in case.record.payments], ways)
    return None if told == expected else f"the answer's group status is {told}, its payments come to {expected}"


def _summary(settled: Sequence[bool], ways: tuple[str, str, str]) -> str:
    all_of_them, some, none = ways
    if not any(settled):
        return none
    return all_of_them if all(settled) else some


def _payments_told(case: Case) -> str | None:
    if case.record is None or case.told is None:
        return None
    if len(case.told.payments) != len(case.record.payments):
        return f"{len(case.told.payments)} payments in the answer, {len(case.record.payments)} on record"
    for place, (told, known) in enumerate(zip(case.told.payments, case.record.payments, strict=True)):
        expected = _OF_REQUESTS.get(known.status) if case.told.family == RESOLUTION else known.status.value
        if told.status != expected:
            return f"at position {place} the answer says {told.status}, the record {known.status}"
        if (told.end_to_end_id, told.uetr) != (known.end_to_end_id, known.uetr):
            return f"at position {place} the answer bears other references than the record"
    return None


def _counted(case: Case) -> str | None:
    groups = () if case.told is None else (case.told.whole, *case.told.parts)
    # Numbers may be left out; those that are there are right.
    wrong = any(group.counts and dict(group.counts) != dict(group.counted) for group in groups)
    return "the answer's numbers of payments are not those of its payments" if wrong else None


def _parts_told(case: Case) -> str | None:
    parts = () if case.told is None else case.told.parts
    wrong = [place for place, part in enumerate(parts) if not _sums_up(part)]
    return f"group {wrong[0]} of the answer has another status than its payments" if wrong else None


def _sums_up(part: ToldGroup) -> bool:
    if {payment.status for payment in part.payments} - {Status.ACSC, Status.RJCT}:
        return True
    return part.status == _summary([each.status == Status.ACSC for each in part.payments], ("ACSC", "PART", "RJCT"))


def _original(case: Case) -> str | None:
    if case.record is None or case.told is None:
        return None
    if case.told.message_id == NOT_PROVIDED and _lost(case.record):
        return None
    expected = None if case.asked is None else case.asked.message_id or NOT_PROVIDED
    if case.message is not None and expected is None:
        # It is not stored, or is no message that can be read: other rules say so where that is wrong.
        return None
    return None if case.told.message_id == expected else "the answer names another message than the one it answers"


def _lost(record: Record) -> bool:
    """Answered without its message: none came, none could be found in what came, or it could not be read any more."""
    return record.status in {Status.RJCT, Status.CANC} and not record.payments


def _payments_listed(case: Case) -> str | None:
    if case.record is None or case.asked is None or not case.record.ended or _lost(case.record):
        return None
    asked = case.asked.payments
    if case.family == REQUEST_TO_CANCEL and not asked:
        # It asks for a whole message, whose payments it does not name.
        return None
    if len(asked) != len(case.record.payments):
        return f"{len(case.record.payments)} payments on record, {len(asked)} in the message"
    for place, (one, other) in enumerate(zip(asked, case.record.payments, strict=True)):
        if (one.end_to_end_id, one.uetr) != (other.end_to_end_id, other.uetr):
            return f"at position {place} the record bears other references than the message"
    return None


def _posted(case: Case) -> str | None:
    if case.told is None or case.told.family == RESOLUTION or case.record is None:
        return None
    told = sum(payment.status == Status.ACSC for payment in case.told.payments)
    posted = len(case.ledger.transfers) if case.ledger is not None and case.ledger.state is Reserved.POSTED else 0
    return None if told == posted else f"{told} payments ACSC in the answer, {posted} transfers posted"


RULES: Mapping[str, Rule] = {
    "an answer is stored as it is on record": _stored,
    "an answer can be read": _legible,
    "an answer is the one to its message": _fitting,
    "a message is what the record says": _recognised,
    "payments have statuses that fit their transaction's": _consistent,
    "what is rejected has a reason, and what settled has none": _explained,
    "an answer's group status is that of its payments": _group_told,
    "an answer's payments are those on record": _payments_told,
    "an answer's numbers are those of its payments": _counted,
    "a group of an answer has the status of its payments": _parts_told,
    "an answer names the message that it answers": _original,
    "payments on record are those of the message": _payments_listed,
    "as many payments are told settled as were posted": _posted,
}
