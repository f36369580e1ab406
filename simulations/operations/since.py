"""The moment from which on an operator's command looks: as a time, or as how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lambdas.core.documents import instant_text
from simulations.operations.errors import UnusableMoment

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# Nine digits of days are more than a datetime can go back, six are not more than a timedelta can hold.
_AGO = re.compile(r"([0-9]{1,6})([smhd])", re.ASCII)
EXPECTED = "expected a time with its offset (2026-11-24T09:30:00Z), or how long ago: a number and s, m, h or d (15m)"


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that is meant. Raises UnusableMoment: it is neither form, or not in the past."""
    moment = (_ago(text, now) or _time(text)).astimezone(UTC)
    if moment > now:
        raise UnusableMoment(f"--since: {instant_text(moment)} is still to come; expected a moment that has passed")
    return moment


def _ago(text: str, now: datetime) -> datetime | None:
    found = _AGO.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError as error:
        raise UnusableMoment(f"--since: {text!r} is before all time; expected at most some hundred years") from error


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UnusableMoment(f"--since: {text!r} is no moment; {EXPECTED}") from error
    if moment.tzinfo is None:
        raise UnusableMoment(f"--since: {text!r} has no offset; {EXPECTED}")
    return moment
