"""Message files: what a file on disk is to the API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONTENT_TYPES = {".xml": "application/xml", ".json": "application/json"}
_DEFINITION = re.compile(r"(?:pacs|pain|camt)\.\d{3}\.\d{3}\.\d{2}")


class UnusableFile(Exception):
    """A file that cannot be sent: says which and why."""


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A message as it lies in a file. `message_type` becomes the header X-Message-Type."""

    path: Path
    body: bytes
    content_type: str
    message_type: str | None


def read_message_file(path: Path, message_type: str | None = None) -> MessageFile:
    """Read a message file.

    JSON names no definition of its own unless it has an AppHdr, so one that stands in the file's name is taken
    (`refund.pacs.008.001.08.json`) where `message_type` is not given. XML says it in its namespace.

    Raises:
        UnusableFile: not there, not readable, or its ending is neither .xml nor .json.

    """
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    if content_type is None:
        raise UnusableFile(f"{path}: the file's ending must be .xml or .json, it decides the content type")
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UnusableFile(f"{path}: {error.strerror or error}") from error
    if message_type is None and content_type == "application/json":
        named = _DEFINITION.search(path.name)
        message_type = named.group() if named else None
    return MessageFile(path, body, content_type, message_type)
