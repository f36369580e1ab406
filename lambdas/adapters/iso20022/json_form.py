"""The JSON form of a message: the XML's tags as keys, repeated elements as lists, an attribute as a key beside "value".

Going in, children are put in the schema's order, since the order of a JSON object means nothing.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Never

from lxml import etree

from lambdas.adapters.iso20022.refusal import malformed
from lambdas.adapters.iso20022.schemas import Component, Shape
from lambdas.adapters.iso20022.tree import local_name, namespace, new_root

JsonValue = str | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

MAX_DEPTH = 40
_NO_COMPONENT = Component({}, frozenset())
_VALUE = "value"


def _unreadable_number(literal: str) -> Never:
    shape = f"{len(literal)} characters"
    raise malformed(f"a JSON number cannot be read exactly ({shape}); write amounts as strings")


def _number(literal: str) -> str:
    # What other readers would take through a double must come out the same, or two systems see two amounts.
    if "e" in literal or "E" in literal:
        _unreadable_number(literal)
    try:
        exact, nearest = Decimal(literal), Decimal(repr(float(literal)))
    except (OverflowError, InvalidOperation):
        _unreadable_number(literal)
    if exact != nearest:
        _unreadable_number(literal)
    return literal


def _constant(_literal: str) -> str:
    raise malformed("NaN and Infinity are no JSON values")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise malformed("a JSON object names a key twice; write repeated elements as a list")
    return document


def parse_json(body: bytes) -> Mapping[str, JsonValue]:
    """The message's top-level object; numbers come as their literal text. Raises Refused."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise malformed("the bytes are not UTF-8, which JSON is") from error
    try:
        document: JsonValue = json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise malformed(f"not valid JSON at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise malformed(f"the JSON is nested more than {MAX_DEPTH} deep") from error
    if not isinstance(document, Mapping):
        raise malformed('expected a JSON object {"Document": {...}}')
    if unknown := len(document.keys() - {"Document", "AppHdr"}):
        raise malformed(f'expected the keys "Document" and, optionally, "AppHdr"; {unknown} other key(s) are there')
    if "Document" not in document:
        raise malformed('expected the key "Document"', "Document")
    return document


class _TreeBuilder:
    """Builds elements in schema order; what the schema does not know comes last, for the schema to refuse."""

    def __init__(self, shape: Shape, element_namespace: str) -> None:
        self._shape = shape
        self._prefix = f"{{{element_namespace}}}"

    def fill(self, element: etree._Element, value: JsonValue, type_name: str, path: str, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise malformed(f"the JSON is nested more than {MAX_DEPTH} deep", path)
        if isinstance(value, Mapping):
            component = self._shape.components.get(type_name, _NO_COMPONENT)
            self._fill_object(element, value, component, path, depth)
        elif isinstance(value, bool):
            element.text = "true" if value else "false"
        elif isinstance(value, str):
            element.text = value
        else:
            found = "null" if value is None else "a list in a list"
            raise malformed(f"expected a string or an object; found {found}", path)

    def _fill_object(
        self, element: etree._Element, value: Mapping[str, JsonValue], component: Component, path: str, depth: int
    ) -> None:
        if _VALUE in value and _VALUE not in component.children:
            self._fill_simple(element, value, path)
            return
        places = {name: place for place, name in enumerate(component.children)}
        for name in sorted(value, key=lambda name: places.get(name, len(places))):
            entry = value[name]
            entries = entry if isinstance(entry, Sequence) and not isinstance(entry, str) else (entry,)
            for child_value in entries:
                known = name in component.children
                child = etree.SubElement(element, f"{self._prefix}{name}")
                child_path = f"{path}/{name}" if known else path
                self.fill(child, child_value, component.children.get(name, ""), child_path, depth + 1)

    def _fill_simple(self, element: etree._Element, value: Mapping[str, JsonValue], path: str) -> None:
        for name, entry in value.items():
            if not isinstance(entry, str):
                raise malformed('expected strings beside and in "value"', path)
            if name == _VALUE:
                element.text = entry
            else:
                element.set(name, entry)


def to_tree(root_name: str, value: JsonValue, shape: Shape, element_namespace: str) -> etree._Element:
    """The element tree of a Document or AppHdr given in JSON. Raises Refused for what XML cannot say."""
    root = new_root(root_name, element_namespace)
    try:
        _TreeBuilder(shape, element_namespace).fill(root, value, shape.root_type, root_name)
    except ValueError as error:
        # lxml refuses a key that is no XML name, and control characters in a text.
        raise malformed("a key is no XML name, or a text has characters that XML does not allow", root_name) from error
    return root


def _as_json(element: etree._Element) -> JsonValue:
    if len(element) == 0:
        text = element.text or ""
        return {**{str(k): str(v) for k, v in element.attrib.items()}, _VALUE: text} if element.attrib else text
    members: dict[str, list[JsonValue]] = {}
    for child in element:
        members.setdefault(local_name(child), []).append(_as_json(child))
    return {name: values[0] if len(values) == 1 else values for name, values in members.items()}


def from_tree(root: etree._Element) -> bytes:
    """The JSON form, UTF-8, of a message with or without a header; the wrapper around both has no place in it."""
    parts = [root] if local_name(root) == "Document" else list(root)
    document = {local_name(part): _as_json(part) for part in sorted(parts, key=namespace, reverse=True)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
