"""What answers have in common: elements of one namespace, reasons with their text in pieces, counts per status."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from lambdas.core.iso20022.assessment import Agent, Assessment, PaymentAssessment, PaymentStatus, Reason

ADDITIONAL_INFORMATION_LENGTH = 105
MAX_TEXT_LENGTH = 35
# ExternalPaymentTransactionStatus1Code gives CANC to APIs alone, which is how this hub's answers are read.
STATUSES: tuple[PaymentStatus, ...] = ("ACSC", "RJCT", "CANC")
# ISO's word for a mandatory reference that nobody gave.
NOT_PROVIDED = "NOTPROVIDED"


class Writer:
    """Appends elements of one namespace; a value of None appends nothing."""

    def __init__(self, parent: etree._Element) -> None:
        self.element = parent
        self._prefix = f"{parent.tag.rpartition('}')[0]}}}"

    def child(self, name: str) -> "Writer":
        """A new child, to write below."""
        return Writer(etree.SubElement(self.element, f"{self._prefix}{name}"))

    def text(self, name: str, value: str | None) -> None:
        """A new child with text."""
        if value is not None:
            etree.SubElement(self.element, f"{self._prefix}{name}").text = value


def short_id(answer_id: str) -> str:
    """At most 35 characters, as ISO's message ids are: a UUID of 36 loses its hyphens."""
    return answer_id if len(answer_id) <= MAX_TEXT_LENGTH else answer_id.replace("-", "")[:MAX_TEXT_LENGTH]


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most 105 characters, between words where there are any."""
    rest = text
    while len(rest) > ADDITIONAL_INFORMATION_LENGTH:
        cut = rest.rfind(" ", 1, ADDITIONAL_INFORMATION_LENGTH + 1)
        if cut == -1:
            cut = ADDITIONAL_INFORMATION_LENGTH
        yield rest[:cut]
        rest = rest[cut:].lstrip(" ")
    if rest:
        yield rest


def write_reasons(writer: Writer, tag: str, reasons: Sequence[Reason], *, code: str | None = None) -> None:
    """One `tag` for each reason: its code, or `code` for all with theirs in the text, then path and rule."""
    for reason in reasons:
        information = writer.child(tag)
        information.child("Rsn").text("Cd", code or str(reason.code))
        narrative = f"{reason.path}: {reason.text}" if reason.path else reason.text
        for piece in pieces(f"{reason.code} {narrative}" if code else narrative):
            information.text("AddtlInf", piece)


def write_counts(writer: Writer, payments: Sequence[PaymentAssessment]) -> None:
    """How many payments have which status; a status that none has is left out."""
    statuses = Counter(payment.status for payment in payments)
    for status in STATUSES:
        if count := statuses[status]:
            per_status = writer.child("NbOfTxsPerSts")
            per_status.text("DtldNbOfTxs", str(count))
            per_status.text("DtldSts", status)


def write_original_group(writer: Writer, assessment: Assessment) -> None:
    """OrgnlGrpInfAndSts: which message this answers, its status, why, and the payments' statuses in numbers."""
    group = writer.child("OrgnlGrpInfAndSts")
    group.text("OrgnlMsgId", assessment.message_id or NOT_PROVIDED)
    group.text("OrgnlMsgNmId", assessment.definition or assessment.claimed_definition or NOT_PROVIDED)
    group.text("OrgnlCreDtTm", assessment.created_at)
    group.text("OrgnlNbOfTxs", assessment.number_of_transactions)
    group.text("OrgnlCtrlSum", assessment.control_sum)
    group.text("GrpSts", assessment.group_status)
    write_reasons(group, "StsRsnInf", assessment.reasons)
    write_counts(group, assessment.payments)


def write_payment(
    writer: Writer, payment: PaymentAssessment, accepted_at: str, *, with_transaction_id: bool = True
) -> Writer:
    """TxInfAndSts up to AccptncDtTm: the payment's own references, its status and why."""
    status = writer.child("TxInfAndSts")
    status.text("OrgnlInstrId", payment.instruction_id)
    status.text("OrgnlEndToEndId", payment.end_to_end_id)
    if with_transaction_id:
        status.text("OrgnlTxId", payment.transaction_id)
    status.text("OrgnlUETR", payment.uetr)
    status.text("TxSts", payment.status)
    write_reasons(status, "StsRsnInf", () if payment.reason is None else (payment.reason,))
    if payment.accepted:
        status.text("AccptncDtTm", accepted_at)
    return status


def write_agent(writer: Writer, name: str, agent: Agent | None) -> None:
    """The institution by its BIC, or else its clearing member id, or else another id; nothing if it has none."""
    if agent is None or not (agent.bic or agent.clearing_system_member_id or agent.other_id):
        return
    institution = writer.child(name).child("FinInstnId")
    if agent.bic:
        institution.text("BICFI", agent.bic)
    elif agent.clearing_system_member_id:
        institution.child("ClrSysMmbId").text("MmbId", agent.clearing_system_member_id)
    else:
        institution.child("Othr").text("Id", agent.other_id)
