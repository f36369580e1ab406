"""JSON documents read strictly: a field is there, of its type, or one exception names it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Choice = TypeVar("Choice", bound=StrEnum)


class MalformedDocument(ValueError):
    """A document whose fields are not those of its form. The message names the field, never its value."""


def instant_text(instant: datetime) -> str:
    """`2026-11-03T10:15:30.123Z`: ISO 8601, UTC, milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object; every reader raises MalformedDocument if the field is not what it says."""

    values: Mapping[str, JsonValue]
    place: str

    @classmethod
    def parse(cls, text: str, place: str) -> "Fields":
        """The object that `text` (JSON) holds; `place` names it in errors."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise MalformedDocument(f"{place}: not JSON") from error
        return cls.of(document, place)

    @classmethod
    def of(cls, value: JsonValue, place: str) -> "Fields":
        """The fields of `value`, which must be an object."""
        if not isinstance(value, Mapping):
            raise MalformedDocument(f"{place}: expected an object")
        return cls(value, place)

    def text(self, name: str) -> str:
        """A string that is not empty."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            raise self._malformed(name, "text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """A string, or None where it is null, empty or absent."""
        return None if self.values.get(name) in (None, "") else self.text(name)

    def whole_number(self, name: str) -> int:
        """An integer (a JSON boolean is none)."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._malformed(name, "a whole number")
        return value

    def instant(self, name: str) -> datetime:
        """A moment as `instant_text` writes it."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise self._malformed(name, "an ISO 8601 moment") from error
        if moment.tzinfo is None:
            raise self._malformed(name, "an ISO 8601 moment with its offset")
        return moment.astimezone(UTC)

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        """A member of an enumeration, by value."""
        try:
            return choices(self.text(name))
        except ValueError as error:
            raise self._malformed(name, f"one of {', '.join(choices)}") from error

    def choice_or(self, name: str, absent: Choice) -> Choice:
        """A member of `absent`'s enumeration, by value; `absent` where it is null, empty or absent."""
        return absent if self.values.get(name) in (None, "") else self.choice(name, type(absent))

    def section(self, name: str) -> "Fields":
        """The fields of an object within."""
        return Fields.of(self.values.get(name), f"{self.place}.{name}")

    def section_or_none(self, name: str) -> "Fields | None":
        """The fields of an object within, or None where it is null or absent."""
        return None if self.values.get(name) is None else self.section(name)

    def sections(self, name: str) -> "tuple[Fields, ...]":
        """The objects of a list within."""
        value = self.values.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self._malformed(name, "a list")
        return tuple(Fields.of(each, f"{self.place}.{name}[{index}]") for index, each in enumerate(value))

    def sections_or_none(self, name: str) -> "tuple[Fields, ...]":
        """The objects of a list within; none where it is null or absent."""
        return () if self.values.get(name) is None else self.sections(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of a list within."""
        value = self.values.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self._malformed(name, "a list of texts")
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) != len(value):
            raise self._malformed(name, "a list of texts")
        return texts

    def _malformed(self, name: str, expected: str) -> MalformedDocument:
        return MalformedDocument(f"{self.place}.{name}: expected {expected}")
