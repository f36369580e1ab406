"""Typed reading of JSON documents: resource inputs by their camelCase names, and AWS's answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue


class InvalidInputError(ValueError):
    """An input has another shape than its resource type says; names the input and the expectation."""

    def __init__(self, name: str, expected: str, value: object) -> None:
        found = "nothing" if value is None else type(value).__name__
        super().__init__(f"input {name!r}: expected {expected}, found {found}")


class UnsupportedInputError(ValueError):
    """An input that the emulator would take and forget; names the input and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"input {name!r} cannot be realised: {reason}")


def optional_text(document: Mapping[str, object], name: str) -> str | None:
    """A text, or None when it is absent."""
    value = document.get(name)
    if value is None or isinstance(value, str):
        return value
    raise InvalidInputError(name, "a text", value)


def text(document: Mapping[str, object], name: str) -> str:
    """A text that must be there."""
    value = optional_text(document, name)
    if value is None:
        raise InvalidInputError(name, "a text", value)
    return value


def optional_integer(document: Mapping[str, object], name: str) -> int | None:
    """A whole number, or None when it is absent. Pulumi sends 30 as 30.0, and some ids of providers as text."""
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdigit():
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return int(value)
    raise InvalidInputError(name, "a whole number", value)


def flag(document: Mapping[str, object], name: str, *, default: bool = False) -> bool:
    """A boolean, or the default when it is absent."""
    value = document.get(name)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise InvalidInputError(name, "a boolean", value)


def optional_flag(document: Mapping[str, object], name: str) -> bool | None:
    """A boolean, or None when it is absent."""
    return None if document.get(name) is None else flag(document, name)


def mapping(document: Mapping[str, object], name: str) -> dict[str, JsonValue]:
    """An object; empty when it is absent."""
    value = document.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise InvalidInputError(name, "an object", value)


def items(document: Mapping[str, object], name: str) -> list[dict[str, JsonValue]]:
    """A list of objects; empty when it is absent."""
    value = document.get(name)
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise InvalidInputError(name, "a list of objects", value)


def texts(document: Mapping[str, object], name: str) -> list[str]:
    """A list of texts; empty when it is absent."""
    value = document.get(name)
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise InvalidInputError(name, "a list of texts", value)


def texts_by_name(document: Mapping[str, object], name: str) -> dict[str, str]:
    """An object of texts, such as tags; empty when it is absent."""
    values = mapping(document, name)
    return {key: text(values, key) for key in values}


def at(answer: Mapping[str, object], *path: str) -> str:
    """The text at a path of an AWS answer."""
    document: Mapping[str, object] = answer
    for name in path[:-1]:
        document = mapping(document, name)
    return text(document, path[-1])


def as_json_text(document: Mapping[str, object], name: str) -> str | None:
    """A JSON document that may come as text or as an object, as text."""
    value = document.get(name)
    return value if value is None or isinstance(value, str) else json.dumps(value)


def whole_numbers(value: JsonValue) -> JsonValue:
    """The same document with 30.0 as 30, throughout: AWS takes no floats for its integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: whole_numbers(item) for name, item in value.items()}
    return value


def renamed(value: JsonValue, exceptions: Mapping[str, str]) -> JsonValue:
    """A document in Pulumi's names (`noncurrentDays`) in AWS's (`NoncurrentDays`), and in whole numbers.

    `exceptions` gives AWS's name where it is more than a capital: `{"kmsMasterKeyId": "KMSMasterKeyID"}`.
    """
    if isinstance(value, list):
        return [renamed(item, exceptions) for item in value]
    if isinstance(value, dict):
        return {
            exceptions.get(name, name[:1].upper() + name[1:]): renamed(item, exceptions)
            for name, item in value.items()
            if item is not None
        }
    return whole_numbers(value)


def tag_list(inputs: Mapping[str, object], *, key: str = "Key", value: str = "Value") -> list[dict[str, str]] | None:
    """Tags as AWS's list of pairs; None when there are none, for several services refuse an empty list."""
    tags = texts_by_name(inputs, "tags")
    return [{key: name, value: tags[name]} for name in sorted(tags)] or None


def changed(old: Inputs, new: Inputs, names: Sequence[str]) -> bool:
    """Whether any of the named inputs differs."""
    return any(old.get(name) != new.get(name) for name in names)


def outputs_of(cloud: Cloud, inputs: Inputs, own: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What a provider gives back: the inputs but for archives, the Region, all tags, and the resource's own outputs."""
    return outputs_in(cloud.region, inputs, own)


def outputs_in(region: str, inputs: Inputs, own: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The same, for a Region by its name."""
    given: dict[str, JsonValue] = {
        name: value
        for name, value in inputs.items()
        if value is None or isinstance(value, str | bool | int | float | list | dict)
    }
    # An Auto Scaling group's are a list, each with a word on its instances, and stand for no others.
    by_name = isinstance(inputs.get("tags"), dict)
    tags: dict[str, JsonValue] = {"tagsAll": dict(mapping(inputs, "tags"))} if by_name else {}
    return {**given, **tags, "region": region, **own}
