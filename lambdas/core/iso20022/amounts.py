"""Rules for one amount: an active currency, its decimals (ISO 4217), and more than zero where money moves."""

from decimal import Decimal

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.currencies import CURRENCY_DECIMALS, UNITS_OF_ACCOUNT
from lambdas.core.iso20022.message import Amount
from lambdas.core.iso20022.reason_codes import ReasonCode


def check_currency(amount: Amount) -> Reason | None:
    """The currency is an active one of ISO 4217, and money."""
    if amount.currency in CURRENCY_DECIMALS:
        return None
    path = f"{amount.path}/@Ccy"
    if amount.currency in UNITS_OF_ACCOUNT:
        text = "metals, units of account, test and no-currency codes cannot be transferred; expected a currency"
        return Reason(ReasonCode.NOT_ALLOWED_CURRENCY, path, text)
    return Reason(ReasonCode.INVALID_CURRENCY, path, "a currency is an active ISO 4217 code; this one is not")


def check_decimals(amount: Amount) -> Reason | None:
    """No more decimals than the currency has; zeros at the end do not count. An unknown currency is another rule's."""
    allowed = CURRENCY_DECIMALS.get(amount.currency)
    if allowed is None:
        return None
    given = len(amount.value.strip().partition(".")[2].rstrip("0"))
    if given <= allowed:
        return None
    text = f"{amount.currency} has {allowed} decimals; the amount has {given}"
    return Reason(ReasonCode.WRONG_NUMBER_OF_DECIMALS, amount.path, text)


def check_above_zero(amount: Amount) -> Reason | None:
    """What is transferred is more than nothing; a charge may be zero."""
    if not amount.transferred or Decimal(amount.value) > 0:
        return None
    return Reason(ReasonCode.ZERO_AMOUNT, amount.path, "an amount that is transferred is above zero")
