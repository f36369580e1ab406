"""Rules for accounts: IBAN structure per country and check digits (ISO 13616, ISO 7064 MOD 97-10)."""

import re
from functools import cache

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.iban_structures import BBAN_STRUCTURES
from lambdas.core.iso20022.message import PartyValue
from lambdas.core.iso20022.reason_codes import ReasonCode

_CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Za-z0-9]"}
_CHECK_DIGITS = range(2, 99)


@cache
def _bban_pattern(country: str) -> re.Pattern[str]:
    fields = BBAN_STRUCTURES[country].split()
    return re.compile("".join(f"{_CLASSES[field[-1]]}{{{field[:-1]}}}" for field in fields))


def has_valid_check_digits(iban: str) -> bool:
    """Whether the IBAN, four first characters moved to its end and letters read as 10 to 35, leaves 1 modulo 97."""
    if not iban.isascii() or not iban.isalnum() or not iban[2:4].isdigit() or int(iban[2:4]) not in _CHECK_DIGITS:
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def iban_fault(iban: str) -> str | None:
    """What is wrong with an IBAN in upper case without spaces; None where nothing is. The IBAN is not in it."""
    country = iban[:2]
    if country not in BBAN_STRUCTURES:
        return "an IBAN starts with a country of the IBAN registry; these two letters are none"
    if _bban_pattern(country).fullmatch(iban[4:]) is None:
        structure = BBAN_STRUCTURES[country]
        return f"an IBAN of {country} is {country}, 2 check digits and {structure}; it has {len(iban)} characters"
    if not has_valid_check_digits(iban):
        return "the IBAN's check digits (ISO 7064 MOD 97-10) do not fit its other characters"
    return None


def check_iban(account: PartyValue) -> Reason | None:
    """The account number is an IBAN that its country and its check digits allow."""
    fault = iban_fault(account.value)
    if fault is None:
        return None
    return Reason(ReasonCode.INVALID_ACCOUNT, account.path, fault)
