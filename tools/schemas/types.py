"""Reads what a dataclass field of pyiso20022 says: its XML name, XSD type, facets and how often it occurs."""

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from decimal import Decimal

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlPeriod, XmlTime


class UnknownMetadata(Exception):
    """pyiso20022 describes a field in a way that this builder does not know; it must be taught, never guess."""


_PRIMITIVES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    Decimal: "decimal",
    XmlDate: "date",
    XmlDateTime: "dateTime",
    XmlTime: "time",
    bytes: "base64Binary",
}
# pyiso20022 has one type for all partial dates: ISO's element names tell them apart.
_PERIODS: Mapping[str, str] = {"Yr": "gYear", "XpryDt": "gYearMonth"}
_FACETS: Mapping[str, str] = {
    "pattern": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_inclusive": "minInclusive",
    "max_inclusive": "maxInclusive",
    "total_digits": "totalDigits",
    "fraction_digits": "fractionDigits",
}
_STRUCTURE = frozenset(
    {"name", "type", "namespace", "required", "min_occurs", "max_occurs", "format", "process_contents", "white_space"}
)


@dataclasses.dataclass(frozen=True)
class Facet:
    """One restriction of a simple type, by its XSD name."""

    name: str
    value: str


@dataclasses.dataclass(frozen=True)
class Field:
    """A field of a message component.

    kind: "Element", "Attribute", "Wildcard" or "Text" (the simple content of the type itself).
    primitive: the XSD built-in type's local name, or None when `component` is the field's own class.
    maximum: None is unbounded.
    """

    name: str
    kind: str
    primitive: str | None
    component: type | None
    facets: tuple[Facet, ...]
    required: bool
    repeated: bool
    minimum: int
    maximum: int | None
    wildcard_namespace: str


def _without_optional(annotation: object) -> object:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not type(None)]
        if len(members) != 1:
            raise UnknownMetadata(f"a union of {members}")
        return members[0]
    return annotation


def _facets(metadata: Mapping[str, object]) -> tuple[Facet, ...]:
    unknown = set(metadata) - set(_FACETS) - _STRUCTURE
    if unknown:
        raise UnknownMetadata(f"metadata {sorted(unknown)}")
    return tuple(Facet(name, str(metadata[key])) for key, name in _FACETS.items() if key in metadata)


def _primitive(value_type: type, name: str) -> str | None:
    if value_type is XmlPeriod:
        if name not in _PERIODS:
            raise UnknownMetadata(f"a partial date named {name}")
        return _PERIODS[name]
    return _PRIMITIVES.get(value_type)


def _count(value: object) -> int:
    if not isinstance(value, int):
        raise UnknownMetadata(f"an occurrence of {value!r}")
    return value


def read_field(field: "dataclasses.Field[object]", annotation: object) -> Field:
    """The field as XSD sees it; raises UnknownMetadata for what no rule covers."""
    metadata: Mapping[str, object] = field.metadata
    name = str(metadata.get("name", field.name))
    kind = str(metadata.get("type", "Text"))
    inner = _without_optional(annotation)
    repeated = typing.get_origin(inner) in (list, tuple)
    if repeated:
        inner = _without_optional(typing.get_args(inner)[0])
    facets = _facets(metadata)
    if kind == "Wildcard":
        namespace = str(metadata.get("namespace", "##any"))
        return Field(
            name,
            kind,
            None,
            None,
            (),
            required=True,
            repeated=False,
            minimum=1,
            maximum=1,
            wildcard_namespace=namespace,
        )
    if not isinstance(inner, type):
        raise UnknownMetadata(f"{name}: {inner!r}")
    primitive = _primitive(inner, name)
    if primitive is None and not (dataclasses.is_dataclass(inner) or issubclass(inner, enum.Enum)):
        raise UnknownMetadata(f"{name}: {inner!r}")
    maximum = metadata.get("max_occurs") if repeated else 1
    return Field(
        name=name,
        kind=kind,
        primitive=primitive,
        component=None if primitive else inner,
        facets=facets,
        required=bool(metadata.get("required", False)),
        repeated=repeated,
        minimum=_count(metadata.get("min_occurs", 0)) if repeated else int(bool(metadata.get("required", False))),
        maximum=None if maximum is None else _count(maximum),
        wildcard_namespace="",
    )
