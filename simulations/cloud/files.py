"""JSON files for the owner's eyes, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulations.cloud.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping


PROJECT_ROOT = Path(__file__).resolve().parents[2]


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Replace a file by a JSON document, mode 0600: a reader sees the old one or the new one, never a part."""
    write_text(path, json.dumps(document, indent=1, sort_keys=True))


def write_text(path: Path, content: str) -> None:
    """Replace a file by a text, mode 0600, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes the file with mode 0600; in the same directory, for a rename replaces within one file system only.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    Path(name).replace(path)


def read_json(path: Path) -> dict[str, object] | None:
    """The JSON object in a file; None when there is no file.

    Raises StateError when there is something else in it.
    """
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StateError(f"{path} is damaged; run: twinrail down, then remove it") from error
    if not isinstance(document, dict):
        raise StateError(f"{path} is damaged; run: twinrail down, then remove it")
    return cast("dict[str, object]", document)
