"""ISO 20022 messages in, assessments and answers out: what the functions use of this package."""

from datetime import date, datetime

from lambdas.adapters.iso20022.answers import AnswerInvalid, build_answer
from lambdas.adapters.iso20022.assessing import assess_envelope, open_message, unreadable
from lambdas.adapters.iso20022.json_form import from_tree
from lambdas.adapters.iso20022.parsing import parse_xml
from lambdas.adapters.iso20022.refusal import Refused
from lambdas.core.iso20022 import definitions
from lambdas.core.iso20022.assessment import Assessment, NamespacePolicy

__all__ = ["AnswerInvalid", "Iso20022Codec", "NamespacePolicy"]


class Iso20022Codec:
    """Judges messages by their schema and the market rules, and writes the answers.

    namespace_policy: what to do with a message without a namespace. Schemas are compiled when first needed and kept.
    """

    def __init__(self, *, namespace_policy: NamespacePolicy) -> None:
        self._namespace_policy = namespace_policy

    def assess(self, body: bytes, *, content_type: str, message_type: str | None, today: date) -> Assessment:
        """The judgement of a message; bad input becomes a rejection with its reason and never an exception.

        content_type: application/xml or application/json. message_type: the X-Message-Type header, e.g.
        "pacs.008.001.08", or None.
        today: the calendar day in UTC; a message made after tomorrow is refused.
        """
        try:
            envelope = open_message(body, content_type, message_type, self._namespace_policy)
        except Refused as refused:
            return unreadable(refused, message_type)
        return assess_envelope(envelope, today)

    def answer(self, assessment: Assessment, *, answer_id: str, created_at: datetime) -> bytes:
        """The XML answer to an assessment, valid by its schema; the same arguments give the same bytes.

        Raises AnswerInvalid when this program has built an answer that its schema refuses.
        """
        return build_answer(assessment, answer_id=answer_id, created_at=created_at)

    def answer_definition(self, assessment: Assessment) -> str:
        """Which message the answer is, as "pacs.002.001.10"."""
        return definitions.answer_definition(assessment.definition, assessment.claimed_definition)

    def to_json(self, xml: bytes) -> bytes:
        """An answer in the JSON form, UTF-8. Raises Refused if `xml` is no XML."""
        return from_tree(parse_xml(xml))
