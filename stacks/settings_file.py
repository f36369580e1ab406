"""A settings file read strictly: what is not expected, not there or not of the right type is one clear line."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Never, TypeVar

import pulumi
import yaml

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

EXTENDS = "extends"


class SettingsError(pulumi.RunError):
    """The settings cannot be used. One line: file, key, rule, expectation. Pulumi shows it without a traceback."""


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of the file, with the path of its key; every read names file and key where it fails."""

    file: str
    path: str
    values: dict[str, object]

    def refuse(self, key: str, rule: str, expected: str) -> Never:
        """Raise SettingsError for a key of this section."""
        where = ".".join(part for part in (self.path, key) if part)
        raise SettingsError(f"{self.file}: {where}: {rule}; expected {expected}")

    def text(self, key: str, pattern: str, expected: str) -> str:
        """A text that matches the whole pattern. Numbers are not texts: YAML needs quotes around account ids."""
        value = self.values[key]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            self.refuse(key, f"{value!r} is not allowed", expected)
        return value

    def choice(self, key: str, choices: dict[str, T]) -> T:
        """One of some texts, given back as what it stands for."""
        value = self.values[key]
        if not isinstance(value, str) or value not in choices:
            self.refuse(key, f"{value!r} is not allowed", f"one of {', '.join(choices)}")
        return choices[value]

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.values[key]
        if not isinstance(value, bool):
            self.refuse(key, f"{value!r} is not allowed", "true or false")
        return value

    def whole(self, key: str, minimum: int, maximum: int) -> int:
        """A whole number within bounds."""
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            self.refuse(key, f"{value!r} is not allowed", f"a whole number from {minimum} to {maximum}")
        return value

    def whole_or_none(self, key: str, minimum: int, maximum: int) -> int | None:
        """A whole number within bounds, or null."""
        return None if self.values[key] is None else self.whole(key, minimum, maximum)

    def one_of(self, key: str, numbers: tuple[int, ...]) -> int:
        """One of some whole numbers."""
        value = self.whole(key, min(numbers), max(numbers))
        if value not in numbers:
            self.refuse(key, f"{value!r} is not allowed", f"one of {', '.join(map(str, numbers))}")
        return value

    def texts(self, key: str, pattern: str, expected: str) -> tuple[str, ...]:
        """A list of different texts, at least one, each matching the whole pattern."""
        value = self.values[key]
        if not isinstance(value, list) or not value:
            self.refuse(key, f"{value!r} is not allowed", f"a list, each item {expected}")
        texts = tuple(item for item in value if isinstance(item, str) and re.fullmatch(pattern, item))
        if len(texts) != len(value):
            self.refuse(key, f"{value!r} is not allowed", f"a list, each item {expected}")
        if len(set(texts)) != len(texts):
            self.refuse(key, f"{value!r} names one twice", "each once")
        return texts

    def section(self, key: str, keys: frozenset[str] | None = None) -> Section:
        """A mapping within this one, with exactly the given keys (any, if None)."""
        path = ".".join(part for part in (self.path, key) if part)
        return open_section(self.file, path, self.values[key], keys)


def keys_of(kind: type) -> frozenset[str]:
    """The keys of a section: the names of the dataclass's fields."""
    return frozenset(field.name for field in fields(kind))


def open_section(file: str, path: str, value: object, keys: frozenset[str] | None) -> Section:
    """A mapping of texts, with exactly the given keys.

    Raises:
        SettingsError: no mapping, an unknown key, a missing key.

    """
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise SettingsError(f"{file}: {path or 'the file'}: {value!r} is not allowed; expected keys with values")
    section = Section(file, path, {str(key): item for key, item in value.items()})
    if keys is None:
        return section
    for key in section.values:
        if key not in keys:
            section.refuse(key, "unknown key", f"one of {', '.join(sorted(keys))}")
    for key in sorted(keys):
        if key not in section.values:
            section.refuse(key, "missing key", "a value for it")
    return section


def read_settings_file(path: Path, keys: frozenset[str]) -> Section:
    """The whole file, on top of the one that it extends, if it does: `extends: dev`. A list replaces the other's.

    Raises:
        SettingsError: no such file, no YAML, an unknown or a missing key at its top, a file that extends another one
            and is itself extended.

    """
    content = _content(path)
    if isinstance(content, dict) and EXTENDS in content:
        own = open_section(path.name, "", content, None)
        base_path = path.with_name(f"{own.text(EXTENDS, r'[a-z][a-z0-9]*', 'the name of an environment')}.yaml")
        base = _content(base_path)
        if isinstance(base, dict) and EXTENDS in base:
            own.refuse(EXTENDS, f"{base_path.name} extends another one itself", "an environment that is whole")
        content = _merged(base, {key: value for key, value in content.items() if key != EXTENDS})
    return open_section(path.name, "", content, keys)


def _content(path: Path) -> object:
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("*.yaml"))) or "none"
        raise SettingsError(f"{path.name}: no such environment; expected one of {known}")
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise SettingsError(f"{path.name}: not YAML ({said}); expected keys with values") from error


def _merged(base: object, over: object) -> object:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: _merged(base.get(key), value) for key, value in over.items()}}
