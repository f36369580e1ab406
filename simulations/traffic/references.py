"""Samples under references of their own: the hub takes each payment once, and a sample is sent more than once."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from simulations.traffic.files import MessageFile

# The samples' own references: `TW01-M` is a message id. End-to-end ids stay, by which an answer is compared.
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MESSAGE_ID = re.compile(rb"\bTW\d\d-M\b")


class OwnReferences:
    """Other UETRs and other message ids for samples; what was the same stays the same, across messages too.

    Works on the bytes, so that a message that is broken on purpose stays broken as it is.
    """

    def __init__(self, randomness: random.Random) -> None:
        self._randomness = randomness
        self._renewed: dict[bytes, bytes] = {}
        self._own = f"-{randomness.getrandbits(48):012x}".encode()

    def of(self, message: MessageFile) -> MessageFile:
        """The message under its own references; all else is untouched."""
        body = _MESSAGE_ID.sub(lambda found: found[0] + self._own, _UUID.sub(self._renew, message.body))
        return replace(message, body=body)

    def _renew(self, found: re.Match[bytes]) -> bytes:
        fresh = str(uuid.UUID(int=self._randomness.getrandbits(128), version=4)).encode()
        return self._renewed.setdefault(found[0], fresh)
