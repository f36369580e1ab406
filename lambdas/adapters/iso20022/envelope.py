"""Finds Document and AppHdr in what came in, and decides which message definition it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from lambdas.adapters.iso20022.business_header import read_header, require_valid_header
from lambdas.adapters.iso20022.json_form import JsonValue, to_tree
from lambdas.adapters.iso20022.refusal import Refused, malformed
from lambdas.adapters.iso20022.schemas import shape_of
from lambdas.adapters.iso20022.tree import descend, local_name, namespace, placed_in, text_of
from lambdas.core.iso20022.assessment import BusinessHeader, NamespacePolicy, Reason
from lambdas.core.iso20022.definitions import (
    ANSWERS,
    DEFAULT_HEADER,
    NAMESPACE_PREFIX,
    family,
    is_definition_name,
    supported,
    versions,
)
from lambdas.core.iso20022.reason_codes import ReasonCode

_MAX_WRAPPERS = 4
# What stands around a message that came without a wrapper of its own, as JSON does.
DEFAULT_WRAPPER = "Message"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A Document of a known definition in that definition's namespace, and its valid AppHdr if it has one."""

    document: etree._Element
    definition: str
    header: BusinessHeader | None


def _documents(root: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    if local_name(root) == "Document":
        yield root
    elif depth < _MAX_WRAPPERS and local_name(root) != "AppHdr":
        for child in root:
            yield from _documents(child, depth + 1)


def _header_beside(document: etree._Element) -> etree._Element | None:
    parent = document.getparent()
    if parent is None:
        return None
    headers = [sibling for sibling in parent if local_name(sibling) == "AppHdr"]
    if len(headers) > 1:
        raise malformed("expected one AppHdr beside the Document; there are more", "AppHdr")
    return headers[0] if headers else None


def _claim(name: str | None) -> str | None:
    return name if name is not None and is_definition_name(name) else None


def _named_in(header: etree._Element | None) -> str | None:
    element = descend(header, "MsgDefIdr")
    return None if element is None else text_of(element).strip()


def _expected_versions(claimed: str | None) -> str:
    known = versions(family(claimed)) if claimed else ()
    return f"expected one of {', '.join(known)}" if known else f"expected one of {supported()}"


def _require_supported(definition: str, path: str) -> None:
    if definition not in ANSWERS:
        claimed = _claim(definition)
        what = "this message definition or version is not supported" if claimed else "this is no message definition"
        text = f"{what}; {_expected_versions(claimed)}"
        raise Refused(Reason(ReasonCode.INVALID_FILE_FORMAT, path, text), claimed_definition=claimed)


def _require_agreement(definition: str, other: str | None, what: str, path: str, header: BusinessHeader | None) -> None:
    if other is not None and other != definition:
        reason = Reason(
            ReasonCode.INVALID_FILE_FORMAT, path, f"{what} disagrees with the message; expected {definition}"
        )
        raise Refused(reason, claimed_definition=definition, header=header)


def _from_namespace(document: etree._Element) -> str:
    found = namespace(document)
    if not found.startswith(NAMESPACE_PREFIX):
        text = f"the namespace is not one of ISO 20022; expected {NAMESPACE_PREFIX} and one of {supported()}"
        raise malformed(text, "Document")
    definition = found.removeprefix(NAMESPACE_PREFIX)
    _require_supported(definition, "Document")
    return definition


def _without_namespace(named: str | None, policy: NamespacePolicy) -> str:
    claimed = _claim(named)
    if policy is NamespacePolicy.STRICT or named is None:
        expected = claimed if claimed in ANSWERS else f"one of {supported()}"
        text = f"the Document has no namespace; expected {NAMESPACE_PREFIX} and {expected}"
        raise Refused(Reason(ReasonCode.INVALID_FILE_FORMAT, "Document", text), claimed_definition=claimed)
    _require_supported(named, "AppHdr/MsgDefIdr")
    return named


def open_xml(root: etree._Element, message_type: str | None, policy: NamespacePolicy) -> Envelope:
    """The message in an XML tree. Raises Refused when there is none, or when it is not clear which it is."""
    documents = list(_documents(root))
    if len(documents) != 1:
        what = "no Document" if not documents else "more than one Document"
        raise malformed(f"expected one Document, alone or beside an AppHdr under a wrapper element; there is {what}")
    try:
        return _opened(documents[0], message_type, policy)
    except Refused as refused:
        refused.document = documents[0]
        raise


def _opened(document: etree._Element, message_type: str | None, policy: NamespacePolicy) -> Envelope:
    header_element = _header_beside(document)
    named = _named_in(header_element)
    definition = _from_namespace(document) if namespace(document) else _without_namespace(named, policy)
    header = None
    if header_element is not None:
        header = _valid_header(header_element, definition)
        _require_agreement(definition, named, "MsgDefIdr", "AppHdr/MsgDefIdr", header)
    _require_agreement(definition, message_type, "the X-Message-Type header", "Document", header)
    if not namespace(document):
        document = placed_in(document, f"{NAMESPACE_PREFIX}{definition}")
    return Envelope(document, definition, header)


def _valid_header(element: etree._Element, definition: str) -> BusinessHeader:
    parent = element.getparent()
    wrapper = DEFAULT_WRAPPER if parent is None else parent.tag
    placed = element if namespace(element) else placed_in(element, f"{NAMESPACE_PREFIX}{DEFAULT_HEADER}")
    require_valid_header(placed, definition)
    return read_header(placed, wrapper)


def _json_header(value: JsonValue) -> etree._Element:
    header_namespace = f"{NAMESPACE_PREFIX}{DEFAULT_HEADER}"
    return to_tree("AppHdr", value, shape_of(DEFAULT_HEADER), header_namespace)


def open_json(document: Mapping[str, JsonValue], message_type: str | None) -> Envelope:
    """The message in a JSON object, whose definition X-Message-Type or MsgDefIdr gives. Raises Refused."""
    header_element = _json_header(document["AppHdr"]) if "AppHdr" in document else None
    named = _named_in(header_element)
    definition = message_type if message_type is not None else named
    if definition is None:
        text = f"expected an X-Message-Type header or an AppHdr with MsgDefIdr, naming one of {supported()}"
        raise malformed(text, "Document")
    _require_supported(definition, "Document")
    header = None if header_element is None else _valid_header(header_element, definition)
    _require_agreement(definition, named, "MsgDefIdr", "AppHdr/MsgDefIdr", header)
    tree = to_tree("Document", document["Document"], shape_of(definition), f"{NAMESPACE_PREFIX}{definition}")
    return Envelope(tree, definition, header)
