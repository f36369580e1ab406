"""Schema violations as reasons: a readable path, the rule, what was expected, and the form of what was there.

libxml2's own messages repeat the value. So nothing of a message is passed on but what can only come from the schema.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Protocol, cast

from lxml import etree

from lambdas.adapters.iso20022.schemas import attributes_of, names_of, schema_of
from lambdas.adapters.iso20022.tree import children_with_paths, local_name, text_of
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.reason_codes import ReasonCode

MAX_REASONS = 10
# libxml2 keeps a line in 16 bits.
_LAST_LINE = 65_535

# Each is anchored at the message's end behind a greedy prefix: a value cannot forge what libxml2 writes after it.
_TAIL = re.compile(
    r".*(?:accepted by the pattern '(?P<pattern>.*)'"
    r"|element of the set \{(?P<set>.*)\}"
    r"|maximum length of '(?P<longest>\d+)'"
    r"|minimum length of '(?P<shortest>\d+)'"
    r"|minimum value allowed \('(?P<least>[^']*)'\)"
    r"|maximum value allowed \('(?P<most>[^']*)'\)"
    r"|digits than are allowed \('(?P<digits>\d+)'\)"
    r"|of the (?:local )?(?:atomic|union|list) type(?: '(?P<type>[^']*)')?"
    r"|Expected is (?:one of )?\( (?P<expected>.*) \)"
    r")\.\s*$",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"Element '[^']*', attribute '([A-Za-z]{1,35})'")
_MISSING_ATTRIBUTE = re.compile(r".*The attribute '([A-Za-z]{1,35})' is required but missing\.\s*$", re.DOTALL)
_NAMESPACE = re.compile(r"\{urn:[^}]*\}")
_FORBIDDEN_ATTRIBUTE = frozenset({"SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_TYPE_3_1_1"})
_BIC_NAMES = frozenset({"BICFI", "AnyBIC"})


class Numbered(Protocol):
    """An element whose line can be set."""

    sourceline: int


class LogEntry(Protocol):
    """An entry of lxml's error log."""

    @property
    def line(self) -> int:
        """The line of the element."""

    @property
    def type_name(self) -> str:
        """libxml2's name of the rule."""

    @property
    def message(self) -> str:
        """libxml2's text, which repeats the value."""


def _form(element: etree._Element, attribute: str | None) -> str:
    value = element.get(attribute, "") if attribute else text_of(element)
    count = len(value)
    return f"the value has {count} character{'' if count == 1 else 's'}"


def _expected_value(found: re.Match[str]) -> str | None:
    wording = {
        "pattern": "expected the pattern {}",
        "set": "expected one of {}",
        "longest": "expected at most {} character(s)",
        "shortest": "expected at least {} character(s)",
        "least": "expected at least {}",
        "most": "expected at most {}",
        "type": "expected the type {}",
    }
    for name, words in wording.items():
        if found[name] is not None:
            return words.format(_NAMESPACE.sub("", found[name]))
    return None


def _digits(entry: LogEntry, allowed: str) -> str:
    kind = "digits after the point" if "FRACTION" in entry.type_name else "digits"
    return f"expected at most {allowed} {kind}"


def _value_text(entry: LogEntry, found: re.Match[str] | None) -> str:
    if found is None:
        return "the value or attribute breaks a rule of the schema"
    if found["digits"] is not None:
        return _digits(entry, found["digits"])
    return _expected_value(found) or "expected a value of another type"


def _content_text(entry: LogEntry, found: re.Match[str] | None) -> str:
    expected = ""
    if found is not None and found["expected"] is not None:
        names = [name.strip() for name in _NAMESPACE.sub("", found["expected"]).split(",")]
        expected = f"expected {'one of ' if len(names) > 1 else ''}{', '.join(names)}"
    if ": Missing child element(s)." in entry.message:
        return f"a mandatory element is missing; {expected}" if expected else "a mandatory element is missing"
    return f"the element is not allowed here; {expected}" if expected else "the element is not allowed here"


def _text(entry: LogEntry, element: etree._Element, attribute: str | None) -> str:
    found = _TAIL.match(entry.message)
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        return _content_text(entry, found)
    if (missing := _MISSING_ATTRIBUTE.match(entry.message)) and entry.type_name == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        return f"the attribute {missing[1]} is missing"
    if entry.type_name in _FORBIDDEN_ATTRIBUTE:
        return "the element has an attribute that is not allowed"
    if entry.type_name in {"SCHEMAV_CVC_COMPLEX_TYPE_2_3", "SCHEMAV_CVC_TYPE_3_1_2"}:
        return "text and elements are not allowed together here"
    return f"{_value_text(entry, found)}; {_form(element, attribute)}"


def _code(name: str, entry: LogEntry) -> ReasonCode:
    if entry.type_name != "SCHEMAV_CVC_PATTERN_VALID":
        return ReasonCode.INVALID_FILE_FORMAT
    if name in _BIC_NAMES:
        return ReasonCode.WRONG_BIC_FORMAT
    return ReasonCode.INVALID_ACCOUNT if name == "IBAN" else ReasonCode.INVALID_FILE_FORMAT


def readable_path(root: etree._Element, element: etree._Element, definition: str) -> str:
    """The path from `root` by local names; a name that the definition has not is `*`: it may be anybody's data."""
    known = names_of(definition)
    chain = [element]
    while chain[-1] is not root and (parent := chain[-1].getparent()) is not None:
        chain.append(parent)
    chain.reverse()
    path = local_name(root)
    for parent, child in pairwise(chain):
        path = _step(parent, child, path, known)
    return path


def _step(parent: etree._Element, child: etree._Element, path: str, known: frozenset[str]) -> str:
    for candidate, name, candidate_path in children_with_paths(parent, path):
        if candidate is child:
            return candidate_path if name in known else f"{path}/*[{parent.index(child) + 1}]"
    return path


def _log(schema: etree.XMLSchema) -> Iterable[LogEntry]:
    # lxml's type stubs declare the log without its iteration.
    return cast("Iterable[LogEntry]", schema.error_log)


def _reasons(elements: list[etree._Element], definition: str, schema: etree.XMLSchema) -> Iterator[Reason]:
    for entry in _log(schema):
        element = elements[entry.line - 1 if 0 < entry.line < _LAST_LINE else 0]
        path = readable_path(elements[0], element, definition)
        named = _ATTRIBUTE.match(entry.message)
        # Only a name that the schema has: any other is the sender's own, and may be anything.
        attribute = named[1] if named and named[1] in attributes_of(definition) else None
        text = _text(entry, element, attribute)
        yield Reason(_code(local_name(element), entry), f"{path}/@{attribute}" if attribute else path, text)


def violations(root: etree._Element, definition: str) -> tuple[Reason, ...]:
    """Why the tree does not fit its schema, at most MAX_REASONS, one for each path; empty when it fits."""
    schema = schema_of(definition)
    if schema.validate(root):
        return ()
    # An error names its element by line only; the paths that it gives depend on the sender's prefixes.
    elements = list(root.iter())
    for line, element in enumerate(elements[: _LAST_LINE - 1], start=1):
        cast("Numbered", element).sourceline = line
    schema.validate(root)
    reasons: dict[str, Reason] = {}
    for reason in _reasons(elements, definition, schema):
        reasons.setdefault(reason.path, reason)
        if len(reasons) == MAX_REASONS:
            break
    return tuple(reasons.values())
