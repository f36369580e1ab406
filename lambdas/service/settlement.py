"""Between a message's assessment and the ledger: what to reserve, and what the ledger's decisions make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lambdas.core.iso20022.assessment import Assessment, PaymentAssessment, Reason
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.ledger.decisions import Decision, Refusal
from lambdas.core.ledger.money import MAXIMUM_MINOR, NotMoney, minor_units
from lambdas.core.ledger.orders import TransferOrder, business_identities

_REASONS: Mapping[Refusal, tuple[ReasonCode, str]] = {
    Refusal.UNKNOWN_DEBTOR_AGENT: (
        ReasonCode.INVALID_DEBTOR_AGENT,
        "the debtor agent is a participant, named by its BIC; this one is not",
    ),
    Refusal.UNKNOWN_CREDITOR_AGENT: (
        ReasonCode.INVALID_CREDITOR_AGENT,
        "the creditor agent is a participant, named by its BIC; this one is not",
    ),
    Refusal.NO_DEBTOR_ACCOUNT: (
        ReasonCode.NOT_ALLOWED_CURRENCY,
        "the debtor agent has a settlement account in the currency; it has none in this one",
    ),
    Refusal.NO_CREDITOR_ACCOUNT: (
        ReasonCode.NOT_ALLOWED_CURRENCY,
        "the creditor agent has a settlement account in the currency; it has none in this one",
    ),
    Refusal.AMOUNT_NOT_ALLOWED: (
        ReasonCode.NOT_ALLOWED_AMOUNT,
        "an amount has at most 18 digits, counted in minor units of its currency; this one has more",
    ),
    Refusal.DUPLICATE: (
        ReasonCode.DUPLICATION,
        "UETR, and instructing agent with message and transaction id, are used once; an earlier payment has the same",
    ),
    Refusal.INSUFFICIENT_FUNDS: (
        ReasonCode.INSUFFICIENT_FUNDS,
        "balance and net debit cap of the debtor agent's settlement account cover the amount; they do not",
    ),
}


def transfer_orders(assessment: Assessment) -> tuple[TransferOrder, ...]:
    """One order for each payment that is accepted so far; its position is the payment's index."""
    return tuple(
        _order(position, payment, assessment.message_id)
        for position, payment in enumerate(assessment.payments)
        if payment.accepted
    )


def settled(assessment: Assessment, decisions: Sequence[Decision]) -> Assessment:
    """The assessment with what the ledger refused refused; the whole message where no payment is left."""
    payments = list(assessment.payments)
    for decision in decisions:
        if decision.refusal is not None:
            payment = payments[decision.position]
            payments[decision.position] = replace(payment, accepted=False, reason=_reason(payment, decision.refusal))
    left = any(payment.accepted for payment in payments)
    first = next((payment.reason for payment in payments if payment.reason is not None), None)
    return replace(assessment, payments=tuple(payments), reason=None if left else first)


def _order(position: int, payment: PaymentAssessment, message_id: str | None) -> TransferOrder:
    return TransferOrder(
        position=position,
        debtor_agent=payment.agents.debtor,
        creditor_agent=payment.agents.creditor,
        currency=payment.currency or "",
        amount_minor=_amount_minor(payment),
        identities=business_identities(
            uetr=payment.uetr,
            instructing_agent=payment.agents.instructing,
            message_id=message_id,
            payment_transaction_id=payment.transaction_id,
        ),
    )


def _amount_minor(payment: PaymentAssessment) -> int | None:
    if payment.amount is None or payment.currency is None:
        return None
    try:
        amount_minor = minor_units(payment.amount, payment.currency)
    except NotMoney:
        return None
    return amount_minor if amount_minor <= MAXIMUM_MINOR else None


def _reason(payment: PaymentAssessment, refusal: Refusal) -> Reason:
    code, text = _REASONS[refusal]
    return Reason(code, payment.path, text)
