"""A message as a tree of names and texts, whether it came as XML or as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

# Whatever a sender likes to put there, in whatever namespace.
_ANYTHING = "SplmtryData"
_DEEPEST = 60


class Unreadable(Exception):
    """No message that the checker can read. Says why, without content."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its name without namespace, its own text, its attributes, what is in it."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()

    def all(self, name: str) -> tuple[Node, ...]:
        """The children of that name."""
        return tuple(child for child in self.children if child.name == name)

    def first(self, *names: str) -> Node | None:
        """The first child of the first name, in it that of the second, and so on; None if the way ends."""
        found: Node | None = self
        for name in names:
            found = None if found is None else next(iter(found.all(name)), None)
        return found

    def text_at(self, *names: str) -> str | None:
        """The text of what `first` finds."""
        found = self.first(*names)
        return None if found is None else found.text


@dataclass(frozen=True, slots=True)
class Document:
    """The Document of a message. definition: what its namespace says; None where it has none of ISO 20022."""

    root: Node
    definition: str | None


def read_xml(body: bytes) -> Document:
    """The one Document in an XML text: no DTD, no entities, no network. Raises Unreadable."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Unreadable("not well-formed XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("the XML declares a document type")
    documents = [each for each in root.iter(etree.Element) if etree.QName(each).localname == "Document"]
    if len(documents) != 1:
        raise Unreadable("expected one Document")
    namespace = etree.QName(documents[0]).namespace or ""
    _, _, definition = namespace.partition("iso:20022:tech:xsd:")
    return Document(_from_element(documents[0], namespace), definition or None)


def _from_element(element: etree._Element, namespace: str) -> Node:
    qualified = etree.QName(element)
    if (qualified.namespace or "") != namespace:
        raise Unreadable("an element is of another namespace than its Document")
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    children = () if qualified.localname == _ANYTHING else element.iterchildren(etree.Element)
    return Node(
        qualified.localname,
        element.text or "",
        attributes,
        tuple(_from_element(child, namespace) for child in children),
    )


def read_json(body: bytes) -> Document:
    """The Document in a JSON text: tags as keys, repeated elements as lists. Raises Unreadable."""
    try:
        # As they are written: an amount must not go through a double.
        message = json.loads(body.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON in UTF-8") from error
    if not isinstance(message, dict) or "Document" not in message:
        raise Unreadable("expected one Document")
    return Document(_from_json("Document", message["Document"], 0), None)


def _from_json(name: str, value: object, depth: int) -> Node:
    if depth > _DEEPEST:
        raise Unreadable("nested too deeply")
    if not isinstance(value, dict):
        return Node(name, _plain(value))
    if "value" in value:
        return Node(name, _plain(value["value"]), {key: _plain(each) for key, each in value.items() if key != "value"})
    children = (
        _from_json(key, each, depth + 1)
        for key, entry in value.items()
        for each in (entry if isinstance(entry, list) else [entry])
    )
    return Node(name, children=tuple(children))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise Unreadable("expected a text where JSON has none")
    return value
