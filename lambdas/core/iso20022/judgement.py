"""All market rules over one message that its schema has already passed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lambdas.core.iso20022.accounts import check_iban
from lambdas.core.iso20022.agents import check_bic
from lambdas.core.iso20022.amounts import check_above_zero, check_currency, check_decimals
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.dates import calendar_date, check_creation, check_execution, check_settlement
from lambdas.core.iso20022.message import Amount, Details, Group, Message, PartyValue, Payment
from lambdas.core.iso20022.originals import check_named
from lambdas.core.iso20022.places import check_country, check_residence
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.iso20022.totals import check_control_sum, check_count, check_total
from lambdas.core.iso20022.uniqueness import check_uniqueness

AMOUNT_RULES: tuple[Callable[[Amount], Reason | None], ...] = (check_currency, check_decimals, check_above_zero)


@dataclass(frozen=True, slots=True)
class Judgement:
    """message: reasons against the whole message; groups and payments: one entry each, None when nothing is wrong."""

    message: tuple[Reason, ...]
    groups: tuple[Reason | None, ...]
    payments: tuple[Reason | None, ...]


def _party_reasons(values: Sequence[PartyValue], rule: Callable[[PartyValue], Reason | None]) -> Iterator[Reason]:
    for value in values:
        if (reason := rule(value)) is not None:
            yield reason


def detail_reasons(details: Details) -> Iterator[Reason]:
    """Every reason of one part of a message, amounts first."""
    for amount in details.amounts:
        for rule in AMOUNT_RULES:
            if (reason := rule(amount)) is not None:
                yield reason
    yield from _party_reasons(details.ibans, check_iban)
    yield from _party_reasons(details.bics, check_bic)
    yield from _party_reasons(details.countries, check_country)
    yield from _party_reasons(details.residences, check_residence)


def _message_reasons(message: Message, created: date | None, today: date) -> Iterator[Reason | None]:
    yield from check_named(message.unnamed)
    if message.created_at is not None:
        yield check_creation(message.created_at, today)
    # A message that names no payment is refused for that: there is nothing to count or to add up.
    if message.number_of_transactions is not None and message.payments:
        code = ReasonCode.INVALID_NUMBER_OF_TRANSACTIONS
        yield check_count(message.number_of_transactions, message.payments, code)
    if message.control_sum is not None and message.payments:
        yield check_control_sum(message.control_sum, message.payments, ReasonCode.INVALID_CONTROL_SUM)
    if message.total_amount is not None:
        yield check_total(message.total_amount, message.payments)
    if message.settlement_date is not None and created is not None:
        yield check_settlement(message.settlement_date, created)
    yield from detail_reasons(message.details)


def _group_reasons(group: Group, payments: Sequence[Payment], created: date | None) -> Iterator[Reason | None]:
    if group.number_of_transactions is not None:
        code = ReasonCode.INVALID_GROUP_NUMBER_OF_TRANSACTIONS
        yield check_count(group.number_of_transactions, payments, code)
    if group.control_sum is not None:
        yield check_control_sum(group.control_sum, payments, ReasonCode.INVALID_GROUP_CONTROL_SUM)
    if group.execution_date is not None and created is not None:
        yield check_execution(group.execution_date, created)
    yield from detail_reasons(group.details)


def _payment_reasons(payment: Payment, created: date | None) -> Iterator[Reason | None]:
    if payment.settlement_date is not None and created is not None:
        yield check_settlement(payment.settlement_date, created)
    yield from detail_reasons(payment.details)


def _first(reasons: Iterator[Reason | None]) -> Reason | None:
    return next((reason for reason in reasons if reason is not None), None)


def judge(message: Message, today: date) -> Judgement:
    """Hold a message against every rule; a payment of a refused group keeps its own reason, if it has one."""
    created = None if message.created_at is None else calendar_date(message.created_at.value)
    duplicates = check_uniqueness(message.payments)
    groups = tuple(
        _first(_group_reasons(group, [payment for payment in message.payments if payment.group == index], created))
        for index, group in enumerate(message.groups)
    )
    payments = tuple(
        duplicates.get(index)
        or _first(_payment_reasons(payment, created))
        or (None if payment.group is None else groups[payment.group])
        for index, payment in enumerate(message.payments)
    )
    whole = tuple(reason for reason in _message_reasons(message, created, today) if reason is not None)
    return Judgement(whole, groups, payments)
