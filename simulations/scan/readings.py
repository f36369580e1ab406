"""What a content can be read as: as it stands, and with what wraps it taken off, one layer after the other.

The content is unwrapped, and not the values wrapped: what was compressed before it was encoded could be found in no
other way. A layer is base64 (both alphabets), hexadecimal, zlib or gzip, or an escape of JSON, XML or URLs.
"""

from __future__ import annotations

import binascii
import html
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 5
LARGEST_BYTES = 64 * 1024 * 1024
"""Of what is inflated: a bomb is no hiding place, and not one to be blown up by."""
# Six characters, the shortest value, make eight of base64 and twelve digits.
_SHORTEST_RUN = 8
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST_RUN},}}")
_HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_JSON_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_JSON_SPACE = re.compile(r"\\+[nrt]")
_LINE_END = re.compile(r"\s*\n\s*")
_STANDARD_ALPHABET = str.maketrans("-_", "+/")
_QUANTUM = 4
"""Characters that stand for three bytes: where in them a run begins, nobody says."""
_ANY_HEADER = 32 + zlib.MAX_WBITS
_COMPRESSED = (b"\x78", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and what was taken off to get to it, outermost first."""

    text: str
    layers: tuple[str, ...]


def readings(content: bytes | str, layers: tuple[str, ...] = ()) -> Iterator[Reading]:
    """Every reading, the content's own first."""
    if isinstance(content, bytes) and (inflated := _inflated(content)) is not None:
        yield from readings(inflated, (*layers, "zlib"))
    text = content if isinstance(content, str) else _decoded(content)
    yield Reading(text, layers)
    if len(layers) >= DEEPEST:
        return
    plain = _unescaped(text)
    if plain != text:
        yield Reading(plain, (*layers, "escaped"))
    for name, fragments in (("base64", _from_base64(plain)), ("hexadecimal", _from_hexadecimal(plain))):
        yield from _within(fragments, (*layers, name))


def _within(fragments: list[bytes], layers: tuple[str, ...]) -> Iterator[Reading]:
    """Of what was encoded in one text: what is compressed by itself, all else together, for there is much of it."""
    for fragment in fragments:
        if fragment.startswith(_COMPRESSED) and (inflated := _inflated(fragment)) is not None:
            yield from readings(inflated, (*layers, "zlib"))
    if fragments:
        yield from readings("\n".join(map(_decoded, fragments)), layers)


def _from_base64(text: str) -> list[bytes]:
    return [
        binascii.a2b_base64(_filled(run[start:]))
        for run in (found.translate(_STANDARD_ALPHABET) for found in _BASE64.findall(_LINE_END.sub("", text)))
        # Without its first characters a run may be too short for a value.
        for start in range(min(_QUANTUM, len(run) - _SHORTEST_RUN + 1))
    ]


def _filled(run: str) -> str:
    """With the last characters that fill no quantum filled up; one alone stands for nothing."""
    rest = len(run) % _QUANTUM
    return run[:-1] if rest == 1 else run + "=" * (-rest % _QUANTUM)


def _from_hexadecimal(text: str) -> list[bytes]:
    return [binascii.unhexlify(run) for run in _HEXADECIMAL.findall(text)]


def _inflated(content: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(_ANY_HEADER).decompress(content, LARGEST_BYTES) or None
    except zlib.error:
        return None


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        # Every byte is a character in it, and the letters of UTF-16 stay letters, with what is none between them.
        return content.decode("latin-1")


def _unescaped(text: str) -> str:
    plain = text
    if "\\" in text:
        plain = _JSON_SPACE.sub("\n", _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))
    plain = html.unescape(plain) if "&" in plain else plain
    return unquote(plain) if "%" in plain else plain
