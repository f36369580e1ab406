"""Single rules on their own values, where a whole message would hide the boundary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.iso20022.accounts import check_iban, has_valid_check_digits
from lambdas.core.iso20022.agents import check_bic
from lambdas.core.iso20022.countries import COUNTRIES
from lambdas.core.iso20022.currencies import CURRENCY_DECIMALS, UNITS_OF_ACCOUNT
from lambdas.core.iso20022.dates import calendar_date
from lambdas.core.iso20022.iban_structures import BBAN_STRUCTURES
from lambdas.core.iso20022.message import Amount, Details, Located, PartyValue, Payment, Role
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.iso20022.totals import check_control_sum


def account(iban: str, role: Role = Role.OTHER) -> PartyValue:
    return PartyValue(iban, "Acct", role, of_agent=False)


def with_check_digits(country: str, bban: str) -> str:
    remainder = int("".join(str(int(character, 36)) for character in f"{bban}{country}00")) % 97
    return f"{country}{98 - remainder:02d}{bban}"


def example_bban(country: str) -> str:
    return "".join(
        {"n": "1", "a": "Q", "c": "Z"}[field[-1]] * int(field[:-1]) for field in BBAN_STRUCTURES[country].split()
    )


@pytest.mark.parametrize("country", sorted(BBAN_STRUCTURES))
def test_iban_passes_when_country_structure_and_digits_agree(country: str) -> None:
    assert check_iban(account(with_check_digits(country, example_bban(country)))) is None


@pytest.mark.parametrize("country", sorted(BBAN_STRUCTURES))
def test_iban_is_refused_when_it_is_one_character_longer(country: str) -> None:
    reason = check_iban(account(with_check_digits(country, example_bban(country) + "1")))
    assert reason is not None
    assert reason.code == ReasonCode.INVALID_ACCOUNT


# The examples that the IBAN registry and ISO 13616 print.
@pytest.mark.parametrize(
    "iban", ["GB29NWBK60161331926819", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"]
)
def test_iban_passes_when_it_is_a_published_example(iban: str) -> None:
    assert check_iban(account(iban)) is None


@pytest.mark.parametrize(
    "iban", ["ZZ8937040044053201300", "GB00NWBK60161331926819", "GB28NWBK60161331926819", "GB29NWBK6016133192681A", ""]
)
def test_iban_is_refused_when_country_structure_or_digits_are_wrong(iban: str) -> None:
    reason = check_iban(account(iban, Role.CREDITOR))
    assert reason is not None
    assert reason.code == ReasonCode.INVALID_ACCOUNT
    assert iban == "" or iban not in reason.text


@given(
    st.integers(min_value=0, max_value=10**14 - 1),
    st.integers(min_value=0, max_value=13),
    st.integers(min_value=1, max_value=9),
)
def test_check_digits_find_it_when_one_digit_is_mistyped(number: int, place: int, shift: int) -> None:
    digits = f"{number:014d}"
    iban = with_check_digits("GB", f"TWRL{digits}")
    mistyped = f"{digits[:place]}{(int(digits[place]) + shift) % 10}{digits[place + 1 :]}"
    assert has_valid_check_digits(iban)
    assert not has_valid_check_digits(f"{iban[:4]}TWRL{mistyped}")


@pytest.mark.parametrize("bic", ["TWRLGB2L", "TWRLGB2LXXX", "1234XK00", "TWRLGB2L1AB"])
def test_bic_passes_when_it_has_the_form(bic: str) -> None:
    assert check_bic(account(bic, Role.DEBTOR)) is None


@pytest.mark.parametrize("bic", ["", "TWRLGB2", "TWRLGB2LX", "TWRLGB2LXXXX", "twrlgb2l", "TWRL1B2L", "TWRLGB2L\n"])
def test_bic_is_refused_when_it_has_not_the_form(bic: str) -> None:
    reason = check_bic(account(bic, Role.DEBTOR))
    assert reason is not None
    assert reason.code == ReasonCode.WRONG_BIC_FORMAT


@pytest.mark.parametrize("role", list(Role))
def test_bic_is_refused_when_its_country_does_not_exist(role: Role) -> None:
    reason = check_bic(account("TWRLZZ2L", role))
    assert reason is not None
    assert reason.code == ReasonCode.WRONG_BIC_FORMAT


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2026-02-28", True),
        ("2026-02-29", False),
        ("2028-02-29", True),
        ("2026-13-01", False),
        ("", False),
        ("12.01.2026", False),
        ("2026-01-12T24:00:00Z", True),
    ],
)
def test_day_is_known_when_it_is_one_of_the_calendar(text: str, *, known: bool) -> None:
    assert (calendar_date(text) is not None) is known


def test_sum_is_exact_when_amounts_are_very_large_and_very_small() -> None:
    amounts = [Amount(value, "EUR", "", transferred=True) for value in ["999999999999999999", *["0.00001"] * 3]]
    payments = [Payment("", None, None, None, None, None, amount, None, Details()) for amount in amounts]
    exact = Located("999999999999999999.00003", "CtrlSum")
    rounded = Located("999999999999999999", "CtrlSum")
    assert check_control_sum(exact, payments, ReasonCode.INVALID_CONTROL_SUM) is None
    assert check_control_sum(rounded, payments, ReasonCode.INVALID_CONTROL_SUM) is not None


def test_tables_have_the_size_of_their_standards_when_they_are_read() -> None:
    assert len(COUNTRIES) == 250
    assert len(CURRENCY_DECIMALS) == 165
    assert not UNITS_OF_ACCOUNT & CURRENCY_DECIMALS.keys()
    assert all(len(code) == 4 for code in ReasonCode)
    assert {country[:2] for country in BBAN_STRUCTURES} <= COUNTRIES
