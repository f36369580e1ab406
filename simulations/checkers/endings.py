"""Invariant I1: what was acknowledged ends, with exactly one terminal status; and until then nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from simulations.checkers.statuses import ENDINGS, Status, may_follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.checkers.case import Case, Rule


def _legible(case: Case) -> str | None:
    return case.malformed


CLOCKS = timedelta(seconds=5)
"""By how much a step may seem to come before the one that it follows: clocks differ, and a step is dated before it is
written. What came first, the list's order says."""


def _legal(case: Case) -> str | None:
    steps = () if case.record is None else case.record.history
    if case.record is not None and (not steps or steps[0].status is not Status.ACCP):
        return "its history does not begin with ACCP"
    for one, other in pairwise(steps):
        # What follows an end is another rule's.
        if one.status not in ENDINGS and not may_follow(one.status, other.status):
            return f"{other.status} follows {one.status}"
    return None


def _in_time(case: Case) -> str | None:
    steps = () if case.record is None else case.record.history
    backwards = [other.status for one, other in pairwise(steps) if other.at < one.at - CLOCKS]
    return f"{backwards[0]} was before what it follows" if backwards else None


def _one_end(case: Case) -> str | None:
    if case.record is None:
        return None
    after = [entry.status for entry in case.record.history[:-1] if entry.status in ENDINGS]
    return f"something follows {after[0]}, which ends" if after else None


def _last(case: Case) -> str | None:
    if case.record is None or not case.record.history:
        return None
    last = case.record.history[-1].status
    return None if last is case.record.status else f"it is {case.record.status}, its history ends with {last}"


def _answered(case: Case) -> str | None:
    if case.record is None or case.record.ended is (case.record.answer is not None):
        return None
    return f"{case.record.status} without an answer" if case.record.ended else f"{case.record.status} with an answer"


def _with_message(case: Case) -> str | None:
    if case.record is None:
        return None
    taken = any(entry.status is Status.ACTC for entry in case.record.history)
    if taken is (case.record.message is not None):
        return None
    return "it was ACTC and names no message" if taken else "it names a message and was never ACTC"


def _listed(case: Case) -> str | None:
    if case.record is None or case.record.ended or case.record.listed:
        return None
    return f"{case.record.status}, and not listed as open"


def _archived(case: Case) -> str | None:
    if case.record is None or case.record.message is None or case.message is None:
        return None
    named = case.record.message
    if named.key != f"incoming/{case.transaction_id}/{named.sha256}":
        return "the message's key is not made of its transaction and its sha256"
    for region, sha256 in sorted(case.message.copies.items()):
        if sha256 != named.sha256:
            return f"{region} has {'no' if sha256 is None else 'another'} message under its key"
    return None


def _unlisted(case: Case) -> str | None:
    # Until subscribers have been told: where another Region ended it, that is its owner's next tick.
    if case.record is None or not (case.record.ended and case.record.listed):
        return None
    return f"{case.record.status}, and still listed as open"


def _ended(case: Case) -> str | None:
    return None if case.record is None or case.record.ended else f"it is still {case.record.status}"


RULES: Mapping[str, Rule] = {
    "an item can be read": _legible,
    "a history takes the steps that there are": _legal,
    "a history's times do not decrease": _in_time,
    "nothing follows an end": _one_end,
    "a status is the last of its history": _last,
    "what has ended has an answer, and nothing else has": _answered,
    "a message is on record from ACTC on": _with_message,
    "what is open is listed": _listed,
    "a message is stored in every Region": _archived,
}
AT_REST: Mapping[str, Rule] = {"everything has ended": _ended, "what has ended is listed no more": _unlisted}
"""What holds as well once nothing moves any more."""
