"""A sample under references of its own: the hub takes each payment once, and a sample is sent more than once."""

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


def with_own_references(message: MessageFile, randomness: random.Random) -> MessageFile:
    """The message with other UETRs and another message id; what was the same stays the same, all else is untouched.

    Works on the bytes, so that a message that is broken on purpose stays broken as it is.
    """
    renewed: dict[bytes, bytes] = {}

    def renew(found: re.Match[bytes]) -> bytes:
        fresh = str(uuid.UUID(int=randomness.getrandbits(128), version=4)).encode()
        return renewed.setdefault(found[0], fresh)

    own = f"-{randomness.getrandbits(48):012x}".encode()
    body = _MESSAGE_ID.sub(lambda found: found[0] + own, _UUID.sub(renew, message.body))
    return replace(message, body=body)
