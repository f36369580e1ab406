"""Between a message's assessment and the ledger: what to ask of it, and what its decisions make of the message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lambdas.core.iso20022.assessment import Assessment, PaymentAssessment, Reason
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.ledger.decisions import Decision, Refusal
from lambdas.core.ledger.money import MAXIMUM_MINOR, NotMoney, minor_units
from lambdas.core.ledger.orders import CancellationOrder, ReturnOrder, TransferOrder, business_identities

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
    Refusal.NO_ORIGINAL: (
        ReasonCode.NO_ORIGINAL_PAYMENT,
        "a return names a payment by its UETR, or by instructed agent, message id and transaction id; none has these",
    ),
    Refusal.AMBIGUOUS_ORIGINAL: (
        ReasonCode.NARRATIVE,
        "UETR, and instructing agent with message and transaction id, name the same payment; these name two",
    ),
    Refusal.ORIGINAL_NOT_SETTLED: (
        ReasonCode.NOT_RETURNABLE,
        "a payment is returned once it has settled; this one has not (camt.056 cancels what is still open)",
    ),
    Refusal.NOT_THE_CREDITOR_AGENT: (
        ReasonCode.INCORRECT_AGENT,
        "a payment is returned by its creditor agent, named by its BIC as the instructing agent; this is another",
    ),
    Refusal.CURRENCY_DIFFERS: (
        ReasonCode.INCORRECT_CURRENCY,
        "a payment is returned in its own currency; this is another",
    ),
    Refusal.ABOVE_THE_ORIGINAL: (
        ReasonCode.WRONG_AMOUNT,
        "at most the amount of the original payment is returned; this is more",
    ),
    Refusal.RETURNED_BEFORE: (
        ReasonCode.DUPLICATION,
        "a payment is returned once; this one is returned already, by this message or an earlier one",
    ),
}


def transfer_orders(assessment: Assessment) -> tuple[TransferOrder, ...]:
    """One order for each payment that is accepted so far; its position is the payment's index."""
    return tuple(
        _order(position, payment, assessment.message_id)
        for position, payment in enumerate(assessment.payments)
        if payment.accepted
    )


def return_orders(assessment: Assessment) -> tuple[ReturnOrder, ...]:
    """As `transfer_orders`, for a message that returns payments."""
    return tuple(
        ReturnOrder(
            position=position,
            identities=original_identities(payment),
            returned_by=payment.agents.instructing,
            currency=payment.currency or "",
            amount_minor=_amount_minor(payment),
        )
        for position, payment in enumerate(assessment.payments)
        if payment.accepted
    )


def cancellation_orders(assessment: Assessment) -> tuple[CancellationOrder, ...]:
    """As `transfer_orders`, for a message that asks to cancel payments."""
    return tuple(
        CancellationOrder(position, original_identities(payment), payment.currency, _amount_minor(payment))
        for position, payment in enumerate(assessment.payments)
        if payment.accepted
    )


def original_identities(payment: PaymentAssessment) -> tuple[str, ...]:
    """By which references the payment is known that this one cancels or returns."""
    return business_identities(
        uetr=payment.uetr,
        instructing_agent=payment.original_agent,
        message_id=payment.original_message_id,
        payment_transaction_id=payment.transaction_id,
    )


def settled(assessment: Assessment, decisions: Sequence[Decision]) -> Assessment:
    """The assessment with what the ledger refused refused; the whole message where no payment is left."""
    reasons = {each.position: _REASONS[each.refusal] for each in decisions if each.refusal is not None}
    return refused(assessment, reasons)


def refused(assessment: Assessment, reasons: Mapping[int, tuple[str, str]]) -> Assessment:
    """The assessment with some payments refused, by position with code and text; the whole message if none is left."""
    payments = tuple(
        replace(payment, accepted=False, reason=Reason(reasons[position][0], payment.path, reasons[position][1]))
        if position in reasons
        else payment
        for position, payment in enumerate(assessment.payments)
    )
    left = any(payment.accepted for payment in payments)
    first = next((payment.reason for payment in payments if payment.reason is not None), None)
    return replace(assessment, payments=payments, reason=None if left else first)


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
