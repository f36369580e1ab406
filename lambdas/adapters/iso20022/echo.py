"""Keeps a value of the incoming message out of an answer that it would make invalid."""

import re
from datetime import datetime

from lambdas.core.iso20022.message import Amount, Located

_UETR = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-3]):[0-5]\d)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,17})?|\.\d{1,17})", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TEXT_LENGTH = 35
_DIGITS = 18


def text(located: Located | None) -> str | None:
    """A reference of 1 to 35 characters, or None."""
    return None if located is None else reference(located.value)


def reference(value: str | None) -> str | None:
    """The value if it is a Max35Text, else None."""
    return value if value is not None and 1 <= len(value) <= _TEXT_LENGTH else None


def bic(value: str | None) -> str | None:
    """The value if it is a BICFI, else None."""
    return value if value is not None and _BIC.fullmatch(value) else None


def uetr(located: Located | None) -> str | None:
    """The value if it is a UUID of version 4, else None."""
    return located.value if located is not None and _UETR.fullmatch(located.value) else None


def number(located: Located | None) -> str | None:
    """The value if it is a count of up to 15 digits, else None."""
    return located.value if located is not None and _NUMBER.fullmatch(located.value) else None


def control_sum(located: Located | None) -> str | None:
    """The value if it is a decimal number of up to 18 digits, else None."""
    return None if located is None else _decimal(located.value.strip())


def amount(found: Amount | None) -> tuple[str, str] | tuple[None, None]:
    """Value and currency if the one is a decimal number and the other has the form of a currency, else two Nones."""
    if found is None or not _CURRENCY.fullmatch(found.currency):
        return None, None
    value = _decimal(found.value.strip())
    return (None, None) if value is None else (value, found.currency)


def _decimal(value: str) -> str | None:
    if not _DECIMAL.fullmatch(value):
        return None
    return value if sum(character.isdigit() for character in value) <= _DIGITS else None


def date_time(located: Located | None) -> str | None:
    """The value if it is an ISO 8601 date and time of the calendar, else None."""
    if located is None or not _DATE_TIME.fullmatch(located.value.strip()):
        return None
    value = located.value.strip()
    try:
        datetime.fromisoformat(value[: len("2026-01-01T00:00:00")])
    except ValueError:
        return None
    return None if value.startswith("0000") else value
