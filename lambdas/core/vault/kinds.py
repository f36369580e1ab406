"""The kinds of identifying values: what each may hold, and the one form in which all its spellings are the same."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from lambdas.core.iso20022.accounts import iban_fault


class ValueKind(StrEnum):
    """What a value is. A token bears its kind, and equal values of different kinds have different tokens."""

    IBAN = "iban"
    ACCOUNT = "account"
    NAME = "name"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    NATIONAL_ID = "national_id"


class UnacceptableValue(ValueError):
    """A value that is none of its kind. The message says what was expected, never what was found."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """longest: characters as given. form: of what is normal. expected: the form, in words."""

    longest: int
    normal: Callable[[str], str]
    form: re.Pattern[str]
    expected: str


_SEPARATORS = re.compile(r"[\s\-]+")
_PHONE_SEPARATORS = re.compile(r"[\s\-./()]+")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Control characters, lone surrogates, private use, unassigned: no name or number has any, and stores choke on some."""
_UNSEEN = "Cf"
"""Format characters (joiners, marks of direction): some names need them, none differs by them."""


def _words(value: str) -> str:
    """Compatibility forms, case and white space count for nothing (Unicode, "NFKC_Casefold")."""
    seen = "".join(each for each in unicodedata.normalize("NFKC", value) if unicodedata.category(each) != _UNSEEN)
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def _code(value: str) -> str:
    """As printed in groups or without, in either case."""
    return _SEPARATORS.sub("", _words(value)).upper()


def _phone(value: str) -> str:
    digits = _PHONE_SEPARATORS.sub("", _words(value))
    return f"+{digits[2:]}" if digits.startswith("00") else digits


_TEXT = re.compile(r".+", re.DOTALL)
_RULES = MappingProxyType(
    {
        ValueKind.IBAN: _Rule(
            64, _code, re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}"), "an IBAN whose country, length and digits fit"
        ),
        ValueKind.ACCOUNT: _Rule(
            64, _code, re.compile(r"[A-Z0-9./]{1,34}"), "1 to 34 letters, digits, points and slashes"
        ),
        ValueKind.NAME: _Rule(140, _words, _TEXT, "a name of 1 to 140 characters"),
        ValueKind.ADDRESS: _Rule(350, _words, _TEXT, "an address of 1 to 350 characters, on one line"),
        ValueKind.EMAIL: _Rule(254, _words, re.compile(r"[^@\s]+@[^@\s]+"), "an address with one @"),
        ValueKind.PHONE: _Rule(
            40, _phone, re.compile(r"\+?[0-9]{3,15}"), "3 to 15 digits, + or 00 before the country's"
        ),
        ValueKind.NATIONAL_ID: _Rule(
            64, _code, re.compile(r"[A-Z0-9./]{1,35}"), "1 to 35 letters, digits, points and slashes"
        ),
    }
)


def normal_form(kind: ValueKind, value: str) -> str:
    """The form that is the same for every spelling of a value; raises UnacceptableValue."""
    rule = _RULES[kind]
    if not 1 <= len(value) <= rule.longest:
        raise UnacceptableValue(f"1 to {rule.longest} characters")
    if any(unicodedata.category(each) in _REFUSED_CATEGORIES for each in value):
        raise UnacceptableValue("no control characters, lone surrogates, private or unassigned characters")
    normal = rule.normal(value)
    if not rule.form.fullmatch(normal) or (kind is ValueKind.IBAN and iban_fault(normal) is not None):
        raise UnacceptableValue(rule.expected)
    return normal
