"""Money as whole minor units of its currency."""

from decimal import Decimal

from lambdas.core.iso20022.currencies import CURRENCY_DECIMALS

MAXIMUM_MINOR = 10**18 - 1
"""The largest amount that is transferred: 18 digits, as ISO 20022's own amounts, now in minor units.

Balances are 64-bit integers. An account holds at most what all others can owe, the sum of their caps, which the
settings keep below 2**63 (`MAXIMUM_CAP_MINOR` times the number of participants).
"""
MAXIMUM_CAP_MINOR = 10**16


class NotMoney(ValueError):
    """No exact amount of minor units of an active currency."""


def minor_units(amount: str, currency: str) -> int:
    """Decimal text in major units as whole minor units, by the currency's own exponent (ISO 4217); exact.

    Raises NotMoney for an unknown currency, or where a fraction of a minor unit would be left.
    """
    decimals = CURRENCY_DECIMALS.get(currency)
    if decimals is None:
        raise NotMoney("the currency is no active one of ISO 4217")
    shifted = Decimal(amount).scaleb(decimals)
    whole = int(shifted)
    if whole != shifted:
        raise NotMoney(f"the amount has more than the {decimals} decimals of its currency")
    return whole
