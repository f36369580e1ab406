"""The business application header (head.001): what is read of an incoming one, and the answer's own."""

from datetime import UTC, datetime

from lxml import etree

from lambdas.adapters.iso20022.refusal import Refused, malformed
from lambdas.adapters.iso20022.tree import descend, local_name, namespace, new_root, text_of
from lambdas.adapters.iso20022.violations import violations
from lambdas.core.iso20022.assessment import BusinessHeader
from lambdas.core.iso20022.definitions import HEADERS, NAMESPACE_PREFIX

# The members of BusinessApplicationHeader (1, 5, 7), which is what Rltd holds; the signature is not repeated.
_RELATED = frozenset(
    {"CharSet", "Fr", "To", "BizMsgIdr", "MsgDefIdr", "BizSvc", "CreDt", "CpyDplct", "PssblDplct", "Prty"}
)


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def require_valid_header(header: etree._Element, definition: str) -> None:
    """Raises Refused, naming `definition`, when the header does not fit the schema of its own namespace."""
    version = namespace(header).removeprefix(NAMESPACE_PREFIX)
    if version not in HEADERS:
        refusal = malformed(f"the AppHdr's namespace is not supported; expected one of {', '.join(HEADERS)}", "AppHdr")
        raise Refused(*refusal.reasons, claimed_definition=definition)
    if reasons := violations(header, version):
        raise Refused(*reasons, claimed_definition=definition)


def _party(header: etree._Element, name: str) -> str:
    element = descend(header, name)
    return "" if element is None else _fragment(element)


def _fragment(element: etree._Element) -> str:
    """The element's XML without the indentation that its sender gave it."""
    fragment = etree.fromstring(etree.tostring(element, with_tail=False))
    for each in fragment.iter():
        each.tail = None
        if len(each):
            each.text = None
    return etree.tostring(fragment, encoding="unicode")


def read_header(header: etree._Element, wrapper: str) -> BusinessHeader:
    """What the answer's header repeats of a valid one."""
    service = descend(header, "BizSvc")
    related = new_root("Rltd", namespace(header))
    for child in header:
        if local_name(child) in _RELATED:
            related.append(etree.fromstring(_fragment(child)))
    return BusinessHeader(
        version=namespace(header).removeprefix(NAMESPACE_PREFIX),
        wrapper=wrapper,
        sender_xml=_party(header, "Fr"),
        receiver_xml=_party(header, "To"),
        related_xml=_fragment(related),
        business_service=None if service is None else text_of(service),
    )


def _moved(party_xml: str, name: str, header_namespace: str) -> etree._Element:
    party = etree.fromstring(party_xml)
    party.tag = f"{{{header_namespace}}}{name}"
    return party


def answer_header(header: BusinessHeader, *, answer_id: str, definition: str, created_at: datetime) -> etree._Element:
    """The answer's AppHdr: of the same version, from the receiver to the sender, related to the incoming one."""
    own = f"{NAMESPACE_PREFIX}{header.version}"
    element = new_root("AppHdr", own)
    element.append(_moved(header.receiver_xml, "Fr", own))
    element.append(_moved(header.sender_xml, "To", own))
    etree.SubElement(element, f"{{{own}}}BizMsgIdr").text = answer_id
    etree.SubElement(element, f"{{{own}}}MsgDefIdr").text = definition
    if header.business_service is not None:
        etree.SubElement(element, f"{{{own}}}BizSvc").text = header.business_service
    etree.SubElement(element, f"{{{own}}}CreDt").text = timestamp(created_at)
    element.append(etree.fromstring(header.related_xml))
    return element
