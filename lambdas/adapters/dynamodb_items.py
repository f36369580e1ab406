"""JSON values as DynamoDB attribute values, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from lambdas.core.documents import JsonValue, MalformedDocument

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

AttributeValue: TypeAlias = "UniversalAttributeValueTypeDef"


def to_attribute(value: JsonValue) -> AttributeValue:
    """The attribute value of a JSON value. Fractions are refused: the hub records none."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": to_attributes(value)}
    if isinstance(value, Sequence):
        return {"L": [to_attribute(each) for each in value]}
    raise MalformedDocument("an item holds a fraction")


def to_attributes(values: Mapping[str, JsonValue]) -> dict[str, AttributeValue]:
    """An item, or the map within one."""
    return {name: to_attribute(value) for name, value in values.items()}


def from_attribute(attribute: Mapping[str, object]) -> JsonValue:
    """The JSON value of what `to_attribute` made; raises MalformedDocument for any other kind."""
    match dict(attribute):
        case {"NULL": True}:
            return None
        case {"BOOL": bool(value)}:
            return value
        case {"S": str(text)}:
            return text
        case {"N": str(digits)}:
            return _whole(digits)
        case {"M": Mapping() as members}:
            return from_attributes(members)
        case {"L": list(elements)}:
            return [from_attribute(each) for each in elements]
    raise MalformedDocument("an item holds an attribute of a kind that the hub does not write")


def from_attributes(item: Mapping[str, Mapping[str, object]]) -> dict[str, JsonValue]:
    """An item, or the map within one."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError as error:
        raise MalformedDocument("an item holds a fraction") from error
