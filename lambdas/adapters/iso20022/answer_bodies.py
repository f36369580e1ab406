"""The three answers: pacs.002 to interbank messages, pain.002 to a pain.001, camt.029 to a camt.056."""

from collections.abc import Callable, Mapping, Sequence

from lambdas.adapters.iso20022.answer_parts import (
    NOT_PROVIDED,
    Writer,
    write_agent,
    write_counts,
    write_original_group,
    write_payment,
    write_reasons,
)
from lambdas.core.iso20022.assessment import (
    Agent,
    Assessment,
    PaymentAssessment,
    PaymentGroup,
    Reason,
    status_of_group,
)
from lambdas.core.iso20022.cancellation_codes import CancellationCode

# ExternalInvestigationExecutionConfirmation1Code: what was asked for is done, done in part, or rejected.
_CONFIRMATIONS = {"ACSC": "CNCL", "PART": "PECR", "RJCT": "RJCR"}
# GroupCancellationStatus1Code, and CancellationIndividualStatus1Code, which has no PACR: accepted, partly, rejected.
_CANCELLATION_STATUSES = {"ACSC": "ACCR", "PART": "PACR", "RJCT": "RJCR"}
_UNKNOWN_AGENT = Agent(other_id=NOT_PROVIDED)

WriteBody = Callable[[Writer, Assessment, str, str], None]


def write_pacs_002(document: Writer, assessment: Assessment, answer_id: str, created_at: str) -> None:
    """FIToFIPmtStsRpt, from the instructed to the instructing agent."""
    report = document.child("FIToFIPmtStsRpt")
    header = report.child("GrpHdr")
    header.text("MsgId", answer_id)
    header.text("CreDtTm", created_at)
    write_agent(header, "InstgAgt", assessment.instructed_agent)
    write_agent(header, "InstdAgt", assessment.instructing_agent)
    write_original_group(report, assessment)
    for payment in assessment.payments:
        write_payment(report, payment, created_at)


def _write_payment_group(
    report: Writer, group: PaymentGroup, payments: Sequence[PaymentAssessment], created_at: str
) -> None:
    status = report.child("OrgnlPmtInfAndSts")
    status.text("OrgnlPmtInfId", group.payment_information_id or NOT_PROVIDED)
    status.text("OrgnlNbOfTxs", group.number_of_transactions)
    status.text("OrgnlCtrlSum", group.control_sum)
    status.text("PmtInfSts", status_of_group(payments))
    write_reasons(status, "StsRsnInf", () if group.reason is None else (group.reason,))
    write_counts(status, payments)
    for payment in payments:
        write_payment(status, payment, created_at, with_transaction_id=False)


def write_pain_002(document: Writer, assessment: Assessment, answer_id: str, created_at: str) -> None:
    """CstmrPmtStsRpt, with the payments under the payment information that they came in."""
    report = document.child("CstmrPmtStsRpt")
    header = report.child("GrpHdr")
    header.text("MsgId", answer_id)
    header.text("CreDtTm", created_at)
    write_original_group(report, assessment)
    members: list[list[PaymentAssessment]] = [[] for _ in assessment.payment_groups]
    for payment in assessment.payments:
        if payment.payment_group is not None:
            members[payment.payment_group].append(payment)
    for group, payments in zip(assessment.payment_groups, members, strict=True):
        _write_payment_group(report, group, payments, created_at)


def _write_cancellation(details: Writer, payment: PaymentAssessment) -> None:
    status = details.child("TxInfAndSts")
    status.text("OrgnlInstrId", payment.instruction_id)
    status.text("OrgnlEndToEndId", payment.end_to_end_id)
    status.text("OrgnlTxId", payment.transaction_id)
    status.text("OrgnlUETR", payment.uetr)
    status.text("TxCxlSts", _CANCELLATION_STATUSES["ACSC" if payment.accepted else "RJCT"])
    _write_rejections(status, () if payment.reason is None else (payment.reason,))


def _write_rejections(writer: Writer, reasons: Sequence[Reason]) -> None:
    for reason in reasons:
        # ExternalPaymentCancellationRejection1Code has no code for an invalid message: the text carries it.
        own = reason.code in frozenset(CancellationCode)
        write_reasons(writer, "CxlStsRsnInf", (reason,), code=None if own else CancellationCode.NARRATIVE)


def write_camt_029(document: Writer, assessment: Assessment, answer_id: str, created_at: str) -> None:
    """RsltnOfInvstgtn: what became of the request for cancellation, and of each of its payments by its references."""
    outcome = assessment.group_status or "RJCT"
    resolution = document.child("RsltnOfInvstgtn")
    assignment = resolution.child("Assgnmt")
    assignment.text("Id", answer_id)
    write_agent(assignment.child("Assgnr"), "Agt", assessment.instructed_agent or _UNKNOWN_AGENT)
    write_agent(assignment.child("Assgne"), "Agt", assessment.instructing_agent or _UNKNOWN_AGENT)
    assignment.text("CreDtTm", created_at)
    resolution.child("Sts").text("Conf", _CONFIRMATIONS[outcome])
    details = resolution.child("CxlDtls")
    group = details.child("OrgnlGrpInfAndSts")
    group.text("OrgnlMsgId", assessment.message_id or NOT_PROVIDED)
    group.text("OrgnlMsgNmId", assessment.definition or assessment.claimed_definition or NOT_PROVIDED)
    group.text("OrgnlCreDtTm", assessment.created_at)
    group.text("OrgnlNbOfTxs", assessment.number_of_transactions)
    group.text("OrgnlCtrlSum", assessment.control_sum)
    group.text("GrpCxlSts", _CANCELLATION_STATUSES[outcome])
    _write_rejections(group, assessment.reasons)
    for payment in assessment.payments:
        _write_cancellation(details, payment)


BODIES: Mapping[str, WriteBody] = {
    "pacs.002": write_pacs_002,
    "pain.002": write_pain_002,
    "camt.029": write_camt_029,
}
