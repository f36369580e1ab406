"""Settings of dev with a change, for tests of what a change does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from stacks.settings import ENVIRONMENTS, load_settings
from stacks.settings_file import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEV: dict[str, Any] = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text(encoding="utf-8"))
REMOVED = object()


def write_dev(directory: Path, changes: Mapping[str, object]) -> Path:
    """Dev's settings with some of them changed, by dotted key, in the directory; gives it back."""
    content = copy.deepcopy(DEV)
    for dotted, value in changes.items():
        *path, key = dotted.split(".")
        section = content
        for each in path:
            section = section[each]
        if value is REMOVED:
            del section[key]
        else:
            section[key] = value
    (directory / "dev.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return directory


def refusal_of(directory: Path, section: str, changes: Mapping[str, object]) -> str:
    """What is said when these keys of a section (a dotted key) are changed so; fails when nothing is."""
    write_dev(directory, {f"{section}.{key}": value for key, value in changes.items()})
    with pytest.raises(SettingsError) as refused:
        load_settings("dev", directory)
    return str(refused.value)
