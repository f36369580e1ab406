"""What the hub thinks of one incoming ISO 20022 message: plain values, free of XML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from lambdas.core.iso20022.message import NO_AGENTS, PaymentAgents

GroupStatus = Literal["ACSC", "PART", "RJCT"]
PaymentStatus = Literal["ACSC", "RJCT", "CANC"]


class NamespacePolicy(StrEnum):
    """What to do with a message that has no namespace: refuse it, or let its AppHdr's MsgDefIdr decide."""

    STRICT = "strict"
    INFER = "infer"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused.

    code: a code of ISO's ExternalStatusReason1Code set (four characters); of ExternalPaymentCancellationRejection1Code
    where a valid request to cancel is refused.
    path: the element, as `Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/Amt`; empty when no element can be named.
    text: the rule and what was expected; never a party's data.
    """

    code: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A financial institution as an answer names it: by BIC, clearing member or other id; each None if not given."""

    bic: str | None = None
    clearing_system_member_id: str | None = None
    other_id: str | None = None


@dataclass(frozen=True, slots=True)
class BusinessHeader:
    """The AppHdr of the incoming message, as far as the answer's own header repeats it.

    version: the header's definition, e.g. "head.001.001.02".
    wrapper: the tag of the element around both, in Clark notation.
    sender_xml, receiver_xml: the Fr and To elements' XML text; related_xml: what `Rltd` may repeat, None if invalid.
    """

    version: str
    wrapper: str
    sender_xml: str
    receiver_xml: str
    related_xml: str
    business_service: str | None


@dataclass(frozen=True, slots=True)
class PaymentAssessment:
    """One payment of the message: the ids that its status repeats, its amount, and the hub's decision.

    payment_group: index into Assessment.payment_groups (pain.001), None elsewhere.
    path: its element, as in Reason. agents: the institutions between which it moves money. cancelled: it was accepted,
    and then cancelled at its sender's request.
    original_message_id, original_agent: of the payment that it cancels or returns; its UETR and transaction id are
    those of that payment too.
    amount: decimal text in major units of `currency` (ISO 4217); both None if they cannot be read.
    """

    instruction_id: str | None
    end_to_end_id: str | None
    transaction_id: str | None
    uetr: str | None
    amount: str | None
    currency: str | None
    accepted: bool
    reason: Reason | None
    payment_group: int | None = None
    path: str = ""
    agents: PaymentAgents = NO_AGENTS
    original_message_id: str | None = None
    original_agent: str | None = None
    cancelled: bool = False

    @property
    def status(self) -> PaymentStatus:
        """ACSC when it is accepted, else RJCT, or CANC where that is not the hub's doing."""
        if self.accepted:
            return "ACSC"
        return "CANC" if self.cancelled else "RJCT"


@dataclass(frozen=True, slots=True)
class PaymentGroup:
    """A PmtInf of a pain.001: its id, what it says of its own size, and why it is refused as a whole, if it is."""

    payment_information_id: str | None
    number_of_transactions: str | None
    control_sum: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The hub's judgement of one message.

    definition: e.g. "pacs.008.001.08"; None if the message cannot be recognised.
    claimed_definition: the best known name of what it is, for the answer's OrgnlMsgNmId.
    created_at, number_of_transactions, control_sum: the message's own text.
    reason: the rejection of the whole message, or the first payment's reason when none is accepted; else None.
    reasons: every reason of a rejection of the whole message, in document order; empty when it is not rejected whole.
    cancelled: it was cancelled at its sender's request.
    """

    definition: str | None
    claimed_definition: str | None
    message_id: str | None
    created_at: str | None
    number_of_transactions: str | None
    control_sum: str | None
    instructing_agent: Agent | None
    instructed_agent: Agent | None
    header: BusinessHeader | None
    reason: Reason | None
    reasons: tuple[Reason, ...]
    payments: tuple[PaymentAssessment, ...]
    payment_groups: tuple[PaymentGroup, ...] = ()
    cancelled: bool = False

    @property
    def accepted(self) -> bool:
        """Whether at least one payment of the message is accepted."""
        return any(payment.accepted for payment in self.payments)

    @property
    def group_status(self) -> GroupStatus | None:
        """See `status_of_group`."""
        return None if self.cancelled else status_of_group(self.payments)

    def as_cancelled(self, reason: Reason) -> "Assessment":
        """The same message cancelled for `reason`; payments that were refused before stay refused."""
        return replace(
            self,
            reason=reason,
            reasons=() if self.payments else (reason,),
            cancelled=True,
            payments=tuple(
                replace(payment, accepted=False, cancelled=True, reason=reason) if payment.accepted else payment
                for payment in self.payments
            ),
        )

    def rejected(self, reason: Reason) -> "Assessment":
        """The same message rejected whole for `reason`, which stands first; payments that have one keep their own."""
        return replace(
            self,
            reason=reason,
            reasons=(reason, *self.reasons),
            payments=tuple(
                replace(payment, accepted=False, reason=payment.reason or reason) for payment in self.payments
            ),
        )


def status_of_group(payments: Sequence[PaymentAssessment]) -> GroupStatus | None:
    """ACSC when every payment is accepted, PART when some are, RJCT when none is; none when they are cancelled.

    ISO's ExternalPaymentGroupStatus1Code has no code for cancelled payments. RJCT would say that the hub refused them,
    PART that some are accepted; the element may be left out, and each payment's own status says what it is.
    """
    if any(payment.cancelled for payment in payments):
        return None
    if not any(payment.accepted for payment in payments):
        return "RJCT"
    return "ACSC" if all(payment.accepted for payment in payments) else "PART"


def no_message(reason: Reason) -> Assessment:
    """The rejection of a transaction whose message never came, or cannot be read any more: there is nothing to echo."""
    return Assessment(
        definition=None,
        claimed_definition=None,
        message_id=None,
        created_at=None,
        number_of_transactions=None,
        control_sum=None,
        instructing_agent=None,
        instructed_agent=None,
        header=None,
        reason=reason,
        reasons=(reason,),
        payments=(),
    )
