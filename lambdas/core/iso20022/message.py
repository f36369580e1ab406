"""What the market rules look at: an ISO 20022 payment message as plain values, each with the path of its element."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Whose value it is; ISO's reason codes tell these apart."""

    DEBTOR = "debtor"
    CREDITOR = "creditor"
    INTERMEDIARY = "intermediary"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Located:
    """A text value and the path of its element."""

    value: str
    path: str


@dataclass(frozen=True, slots=True)
class PartyValue:
    """A value of a party or, when `of_agent`, of a financial institution."""

    value: str
    path: str
    role: Role
    of_agent: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """Decimal text in major units of `currency`; `transferred` is what moves, as against a charge or a reference."""

    value: str
    currency: str
    path: str
    transferred: bool


@dataclass(frozen=True, slots=True)
class Details:
    """Everything of one part of the message (header, group or payment) that has a market rule."""

    amounts: tuple[Amount, ...] = ()
    ibans: tuple[PartyValue, ...] = ()
    bics: tuple[PartyValue, ...] = ()
    countries: tuple[PartyValue, ...] = ()
    residences: tuple[PartyValue, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentAgents:
    """The institutions of one payment by BIC; None where the message names none, or not by BIC.

    instructing: who sent the payment: its own instructing agent, or else the message's, or else the debtor's agent;
    None in a customer's message, which no institution sent. debtor and creditor are those between whom money moves.
    """

    instructing: str | None = None
    debtor: str | None = None
    creditor: str | None = None


NO_AGENTS = PaymentAgents()


@dataclass(frozen=True, slots=True)
class OriginalPayment:
    """The payment that this one cancels or returns, where it says more of it than its UETR and transaction id: the
    id of its message, and the BIC of the agent that sent that."""

    message_id: Located | None = None
    instructing_agent: str | None = None


NO_ORIGINAL = OriginalPayment()


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. group: index into Message.groups, None if the message has no such level."""

    path: str
    group: int | None
    instruction_id: Located | None
    end_to_end_id: Located | None
    transaction_id: Located | None
    uetr: Located | None
    amount: Amount | None
    settlement_date: Located | None
    details: Details
    agents: PaymentAgents = NO_AGENTS
    original: OriginalPayment = NO_ORIGINAL


@dataclass(frozen=True, slots=True)
class Group:
    """A PmtInf of a pain.001: payments of one debtor account on one day."""

    path: str
    payment_information_id: Located | None
    number_of_transactions: Located | None
    control_sum: Located | None
    execution_date: Located | None
    details: Details


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message. header_path: the element that holds message id, counts and sums.

    unnamed: elements that speak of payments and name none, or say that they mean all of a message.
    """

    header_path: str
    message_id: Located | None
    created_at: Located | None
    number_of_transactions: Located | None
    control_sum: Located | None
    total_amount: Amount | None
    settlement_date: Located | None
    details: Details
    groups: tuple[Group, ...]
    payments: tuple[Payment, ...]
    unnamed: tuple[str, ...] = ()
