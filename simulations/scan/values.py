"""What is looked for: the parties' names, account numbers, addresses and contacts, as messages have them.

Read by element, so that a new message brings its own values. What is left out, by rule and not by list: what has fewer
than six letters and digits once all else is taken away (`Lyon`, `12`): it would be found in anything; codes (a country,
a kind of address); institutions, which are no persons, are published, and stand in the hub's own settings.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 6
_APART = re.compile(r"[\W_]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
"""What becomes of each character of ASCII, which most of what is kept is made of, in one pass."""


class Kind(StrEnum):
    """What a value says of a party."""

    NAME = "name"
    ACCOUNT = "account"
    ADDRESS = "address"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Value:
    """A value to look for, in the form in which texts are compared. source: file and element of its first place."""

    comparable: str
    kind: Kind
    source: str


_BY_ELEMENT = {
    "Nm": Kind.NAME,
    "IBAN": Kind.ACCOUNT,
    "EmailAdr": Kind.CONTACT,
    "PhneNb": Kind.CONTACT,
    "MobNb": Kind.CONTACT,
    "FaxNb": Kind.CONTACT,
    "URLAdr": Kind.CONTACT,
    "CityOfBirth": Kind.ADDRESS,
}
_ADDRESS = "PstlAdr"
_OF_ADDRESS_CODES = frozenset({"Ctry", "AdrTp", "Cd", "Issr", "SchmeNm"})
_IDENTIFIER_IN = frozenset({"Othr", "Prxy"})
"""What has an `Id` that names a party or its account where there is no IBAN."""
_INSTITUTIONS = frozenset({"FinInstnId", "BrnchId"})


def comparable(text: str) -> str:
    """Letters and digits alone, in one case: spaces, hyphens and capitals hide nothing."""
    if text.isascii():
        return text.translate(_ASCII)
    return _APART.sub("", unicodedata.normalize("NFKC", text).casefold())


def values_in(files: Iterable[tuple[str, bytes]]) -> tuple[Value, ...]:
    """The values of messages, XML or JSON, each once; of what is not well-formed, as far as it can be read."""
    found: dict[str, Value] = {}
    for name, body in files:
        for path, text in _texts(body):
            kind, form = _kind(path), comparable(text)
            if kind is not None and len(form) >= SHORTEST:
                found.setdefault(form, Value(form, kind, f"{name}: {'/'.join(path)}"))
    return tuple(found.values())


def _kind(path: tuple[str, ...]) -> Kind | None:
    name, above = path[-1], path[:-1]
    if _INSTITUTIONS & set(above):
        return None
    if _ADDRESS in above:
        return None if name in _OF_ADDRESS_CODES else Kind.ADDRESS
    if name == "Id" and above and above[-1] in _IDENTIFIER_IN:
        return Kind.ACCOUNT
    return _BY_ELEMENT.get(name)


def _texts(body: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text with the names of the elements that it is in."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _of_xml(body)
        return
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    yield from _of_json(document, ())


def _of_xml(body: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, load_dtd=False, no_network=True)
    # The stubs know of no None, which is what a text without any element gives.
    root: etree._Element | None = etree.fromstring(body, parser)
    for element in () if root is None else root.iter(etree.Element):
        if element.text and element.text.strip():
            way = (*reversed(list(element.iterancestors())), element)
            yield tuple(etree.QName(each).localname for each in way), element.text


def _of_json(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _of_json(each, (*path, str(name)))
    elif isinstance(value, list):
        for each in value:
            yield from _of_json(each, path)
    elif isinstance(value, str) and path:
        yield path, value
