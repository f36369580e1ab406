"""Builds the answer to an assessment, and lets none out that its schema refuses."""

from datetime import datetime

from lxml import etree

from lambdas.adapters.iso20022.answer_bodies import BODIES
from lambdas.adapters.iso20022.answer_parts import Writer, short_id
from lambdas.adapters.iso20022.business_header import answer_header, timestamp
from lambdas.adapters.iso20022.tree import new_root
from lambdas.adapters.iso20022.violations import violations
from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.iso20022.definitions import NAMESPACE_PREFIX, answer_definition, family


class AnswerInvalid(Exception):
    """The answer that was built does not fit its own schema: a fault of this program, never of the message."""


def _require_valid(element: etree._Element, definition: str) -> None:
    if reasons := violations(element, definition):
        raise AnswerInvalid("; ".join(f"{definition} {reason.path}: {reason.text}" for reason in reasons))


def _wrapped(wrapper_tag: str, header: etree._Element, document: etree._Element) -> etree._Element:
    wrapper_namespace, _, name = wrapper_tag.rpartition("}")
    wrapper = new_root(name, wrapper_namespace.removeprefix("{"))
    wrapper.append(header)
    wrapper.append(document)
    return wrapper


def build_answer(assessment: Assessment, *, answer_id: str, created_at: datetime) -> bytes:
    """The answer as XML in UTF-8: a Document, or beside an AppHdr under the incoming wrapper if the message had one.

    answer_id: becomes the message id, shortened to 35 characters. created_at: aware; also the moment of acceptance.
    The same arguments give the same bytes. Raises AnswerInvalid.
    """
    definition = answer_definition(assessment.definition, assessment.claimed_definition)
    identifier = short_id(answer_id)
    root = new_root("Document", f"{NAMESPACE_PREFIX}{definition}")
    BODIES[family(definition)](Writer(root), assessment, identifier, timestamp(created_at))
    _require_valid(root, definition)
    if assessment.header is not None:
        header = answer_header(assessment.header, answer_id=identifier, definition=definition, created_at=created_at)
        _require_valid(header, assessment.header.version)
        root = _wrapped(assessment.header.wrapper, header, root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
