"""From a message's bytes to its assessment: read, hold against the schema, then against the market rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from lambdas.adapters.iso20022 import echo
from lambdas.adapters.iso20022.envelope import Envelope, open_json, open_xml
from lambdas.adapters.iso20022.extraction import MessageReader
from lambdas.adapters.iso20022.json_form import parse_json
from lambdas.adapters.iso20022.layouts import LAYOUTS, layout_of_body
from lambdas.adapters.iso20022.parsing import parse_xml, require_size
from lambdas.adapters.iso20022.refusal import Refused, malformed
from lambdas.adapters.iso20022.tree import local_name
from lambdas.adapters.iso20022.violations import violations
from lambdas.core.iso20022.assessment import (
    Agent,
    Assessment,
    BusinessHeader,
    NamespacePolicy,
    PaymentAssessment,
    PaymentGroup,
    Reason,
)
from lambdas.core.iso20022.definitions import family, is_definition_name
from lambdas.core.iso20022.judgement import Judgement, judge
from lambdas.core.iso20022.message import Group, Message, Payment

_XML_TYPES = frozenset({"application/xml", "text/xml"})
_JSON_TYPE = "application/json"


def open_message(body: bytes, content_type: str, message_type: str | None, policy: NamespacePolicy) -> Envelope:
    """The message in the body. Raises Refused when there is none that can be read."""
    media_type = content_type.partition(";")[0].strip().lower()
    require_size(body)
    if media_type in _XML_TYPES:
        return open_xml(parse_xml(body), message_type, policy)
    if media_type == _JSON_TYPE:
        return open_json(parse_json(body), message_type)
    raise malformed("expected the content type application/xml or application/json")


def unreadable(refused: Refused, message_type: str | None) -> Assessment:
    """The rejection of what cannot be read as a message."""
    claimed = refused.claimed_definition
    if claimed is None and message_type is not None and is_definition_name(message_type):
        claimed = message_type
    assessment = Assessment(
        definition=None,
        claimed_definition=claimed,
        message_id=None,
        created_at=None,
        number_of_transactions=None,
        control_sum=None,
        instructing_agent=None,
        instructed_agent=None,
        header=refused.header,
        reason=refused.reasons[0],
        reasons=refused.reasons,
        payments=(),
    )
    return assessment if refused.document is None else _correlated(assessment, refused.document)


def _correlated(assessment: Assessment, document: etree._Element) -> Assessment:
    """The rejection with the message's own references, where its body is that of a known family."""
    layout = layout_of_body(local_name(document[0])) if len(document) else None
    if layout is None:
        return assessment
    reader = MessageReader(document, layout)
    message = reader.message()
    judgement = _schema_judgement(message, assessment.reasons)
    filled = _assessment(None, assessment.header, reader, message, judgement)
    return replace(filled, claimed_definition=assessment.claimed_definition)


def _schema_judgement(message: Message, reasons: Sequence[Reason]) -> Judgement:
    own = tuple(
        next((reason for reason in reasons if f"{reason.path}/".startswith(f"{payment.path}/")), None)
        for payment in message.payments
    )
    return Judgement(tuple(reasons), tuple(None for _ in message.groups), own)


def _payment(payment: Payment, reason: Reason | None) -> PaymentAssessment:
    amount, currency = echo.amount(payment.amount)
    return PaymentAssessment(
        instruction_id=echo.text(payment.instruction_id),
        end_to_end_id=echo.text(payment.end_to_end_id),
        transaction_id=echo.text(payment.transaction_id),
        uetr=echo.uetr(payment.uetr),
        amount=amount,
        currency=currency,
        accepted=reason is None,
        reason=reason,
        payment_group=payment.group,
        path=payment.path,
        agents=payment.agents,
        original_message_id=echo.text(payment.original.message_id),
        original_agent=payment.original.instructing_agent,
    )


def _group(group: Group, reason: Reason | None) -> PaymentGroup:
    return PaymentGroup(
        payment_information_id=echo.text(group.payment_information_id),
        number_of_transactions=echo.number(group.number_of_transactions),
        control_sum=echo.control_sum(group.control_sum),
        reason=reason,
    )


def _agent(agent: Agent | None) -> Agent | None:
    if agent is None:
        return None
    safe = Agent(echo.bic(agent.bic), echo.reference(agent.clearing_system_member_id), echo.reference(agent.other_id))
    return safe if safe != Agent() else None


def _assessment(
    definition: str | None,
    header: BusinessHeader | None,
    reader: MessageReader,
    message: Message,
    judgement: Judgement,
) -> Assessment:
    whole = judgement.message[0] if judgement.message else None
    payments = tuple(
        _payment(payment, reason or whole) for payment, reason in zip(message.payments, judgement.payments, strict=True)
    )
    sender, receiver = reader.agents()
    refused = not any(payment.accepted for payment in payments)
    first = next((payment.reason for payment in payments if payment.reason is not None), None)
    return Assessment(
        definition=definition,
        claimed_definition=definition,
        message_id=echo.text(message.message_id),
        created_at=echo.date_time(message.created_at),
        number_of_transactions=echo.number(message.number_of_transactions),
        control_sum=echo.control_sum(message.control_sum),
        instructing_agent=_agent(sender),
        instructed_agent=_agent(receiver),
        header=header,
        reason=(whole or first) if refused else None,
        reasons=judgement.message,
        payments=payments,
        payment_groups=tuple(
            _group(group, reason) for group, reason in zip(message.groups, judgement.groups, strict=True)
        ),
    )


def assess_envelope(envelope: Envelope, today: date) -> Assessment:
    """Hold a message that could be read against its schema and, if it fits, against the market rules."""
    reasons = violations(envelope.document, envelope.definition)
    reader = MessageReader(envelope.document, LAYOUTS[family(envelope.definition)])
    message = reader.message()
    judgement = _schema_judgement(message, reasons) if reasons else judge(message, today)
    return _assessment(envelope.definition, envelope.header, reader, message, judgement)
