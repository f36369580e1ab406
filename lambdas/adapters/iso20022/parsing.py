"""Bytes to an element tree: no network, no DTD, no entity of the sender's making, no comments."""

from lxml import etree

from lambdas.adapters.iso20022.refusal import malformed

MAX_BODY_BYTES = 262_144

_DOCTYPE = "<!DOCTYPE"
_DOCTYPES = tuple(
    _DOCTYPE.encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
)
_NO_DOCTYPE = "a message has no document type declaration and declares no entities"
_ENCODING_ERRORS = frozenset(
    {"ERR_UNKNOWN_ENCODING", "ERR_UNSUPPORTED_ENCODING", "ERR_INVALID_ENCODING", "I18N_CONV_FAILED"}
)
_ENDS_EARLY = frozenset({"ERR_TAG_NOT_FINISHED", "ERR_GT_REQUIRED", "ERR_LTSLASH_REQUIRED"})


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _explain(error: etree.XMLSyntaxError, entries: list[str]) -> str:
    if not _ENCODING_ERRORS.isdisjoint(entries):
        return "the bytes are not text in the declared encoding (UTF-8 when none is declared)"
    if not entries or entries[0] == "ERR_DOCUMENT_EMPTY":
        return "expected an XML message; this is not XML"
    where = f" at line {error.lineno}" if error.lineno else ""
    if "ERR_RESOURCE_LIMIT" in entries:
        return "the XML is nested too deeply or a text in it is too long"
    if not _ENDS_EARLY.isdisjoint(entries):
        return f"not well-formed XML{where}: it ends before its elements are closed"
    return f"not well-formed XML{where}"


def parse_xml(body: bytes) -> etree._Element:
    """The root of the message. Raises Refused when it is no well-formed, plain XML in its declared encoding."""
    if not body.strip():
        raise malformed("the message is empty")
    if any(doctype in body for doctype in _DOCTYPES):
        raise malformed(_NO_DOCTYPE)
    parser = _parser()
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        # The parser's own log: that of the exception holds the errors of earlier messages too.
        raise malformed(_explain(error, [entry.type_name for entry in parser.error_log])) from error
    except (ValueError, LookupError) as error:
        raise malformed("the bytes are not text in the declared encoding (UTF-8 when none is declared)") from error
    _require_plain(root)
    return root


def _require_plain(root: etree._Element) -> None:
    # An encoding in which the search above cannot see a declaration (EBCDIC) is caught here.
    if root.getroottree().docinfo.internalDTD is not None:
        raise malformed(_NO_DOCTYPE)
    for element in root.iter():
        if not isinstance(element.tag, str):
            raise malformed("a message has no entity references")


def require_size(body: bytes) -> None:
    """Raises Refused when the body is larger than a message may be."""
    if len(body) > MAX_BODY_BYTES:
        raise malformed(f"a message has at most {MAX_BODY_BYTES} bytes; this one has {len(body)}")
