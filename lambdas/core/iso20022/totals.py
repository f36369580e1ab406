"""Rules for what a header says of its payments: how many they are and what they add up to."""

from collections.abc import Sequence
from decimal import Context, Decimal

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.message import Amount, Located, Payment
from lambdas.core.iso20022.reason_codes import ReasonCode

# Amounts have 18 digits and a message of 256 kB far fewer than 10^10 of them: no sum is rounded.
_EXACT = Context(prec=40)


def _sum(amounts: Sequence[Amount]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, Decimal(amount.value))
    return total


def _amounts(payments: Sequence[Payment]) -> list[Amount] | None:
    found = [payment.amount for payment in payments if payment.amount is not None]
    return found if len(found) == len(payments) else None


def check_count(stated: Located, payments: Sequence[Payment], code: ReasonCode) -> Reason | None:
    """The stated number of transactions is that of the payments below it."""
    if int(stated.value) == len(payments):
        return None
    return Reason(code, stated.path, f"the number of transactions is that of the payments: {len(payments)}")


def check_control_sum(stated: Located, payments: Sequence[Payment], code: ReasonCode) -> Reason | None:
    """The control sum is the sum of all amounts, irrespective of currency; not judged where a payment names none."""
    amounts = _amounts(payments)
    if amounts is None or Decimal(stated.value) == _sum(amounts):
        return None
    return Reason(code, stated.path, "the control sum is the sum of the amounts of the payments; it differs")


def check_total(stated: Amount, payments: Sequence[Payment]) -> Reason | None:
    """The total settlement amount is the sum of the payments' amounts, which are all in its currency."""
    amounts = _amounts(payments)
    if amounts is None:
        return None
    if any(amount.currency != stated.currency for amount in amounts):
        text = "with a total settlement amount every payment is in its currency; one is not"
        return Reason(ReasonCode.WRONG_AMOUNT, stated.path, text)
    if Decimal(stated.value) == _sum(amounts):
        return None
    return Reason(
        ReasonCode.WRONG_AMOUNT, stated.path, "the total is the sum of the amounts of the payments; it differs"
    )
