"""The sealed form of a payload: what is said of it in clear, and the bytes that this is bound to.

A sealed payload is `TWRE`, a version, the length of the header, the header and the ciphertext (AES-256-GCM; its tag is
the last 16 bytes). All that stands before the ciphertext is its associated data: none of it can be changed unnoticed.
The header is one JSON object: the data key as KMS encrypted it, the Region where it was sealed, context and nonce.
"""

import base64
import binascii
import json
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from lambdas.core.documents import Fields, MalformedDocument

MAGIC, VERSION = b"TWRE", 1
NONCE_BYTES = 12
_LENGTHS = struct.Struct(">4sBH")
_PLACE = "envelope"


class EnvelopeRefused(MalformedDocument):
    """What is no envelope, was tampered with, or was sealed for something else. Nothing of its content is released."""


class Purpose(StrEnum):
    """What a payload is: a client's message, or the hub's answer to it."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True)
class EnvelopeContext:
    """What a payload is sealed for: it opens for nothing else. Whoever opens it says it; the header is not believed."""

    transaction_id: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class EnvelopeHeader:
    """What stands before the ciphertext. region: of origin, which KMS has bound the data key to."""

    context: EnvelopeContext
    region: str
    encrypted_key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """The associated data, whole."""
        text = json.dumps(
            {
                "transaction_id": self.context.transaction_id,
                "purpose": self.context.purpose,
                "region": self.region,
                "key": _text(self.encrypted_key),
                "nonce": _text(self.nonce),
            },
            separators=(",", ":"),
        ).encode()
        return _LENGTHS.pack(MAGIC, VERSION, len(text)) + text


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed payload, taken apart. associated: the bytes of the header as they were found."""

    header: EnvelopeHeader
    associated: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)

    @classmethod
    def read(cls, sealed: bytes, expected: EnvelopeContext) -> "Envelope":
        """Raises EnvelopeRefused for what is no envelope of this version, or says that it is one of something else."""
        if len(sealed) < _LENGTHS.size:
            raise EnvelopeRefused(f"{_PLACE}: expected at least {_LENGTHS.size} bytes")
        magic, version, length = _LENGTHS.unpack_from(sealed)
        if magic != MAGIC or version != VERSION:
            raise EnvelopeRefused(f"{_PLACE}: expected one of version {VERSION}")
        end = _LENGTHS.size + length
        header = _read_header(sealed[_LENGTHS.size : end])
        if header.context != expected:
            raise EnvelopeRefused(f"{_PLACE}.context: expected that of what is opened")
        return cls(header, sealed[:end], sealed[end:])


def _read_header(text: bytes) -> EnvelopeHeader:
    try:
        fields = Fields.parse(text.decode(), _PLACE)
        header = EnvelopeHeader(
            EnvelopeContext(fields.text("transaction_id"), fields.choice("purpose", Purpose)),
            fields.text("region"),
            _bytes(fields.text("key"), "key"),
            _bytes(fields.text("nonce"), "nonce"),
        )
    except EnvelopeRefused:
        raise
    except (MalformedDocument, UnicodeDecodeError) as error:
        raise EnvelopeRefused(f"{_PLACE}: its header is malformed") from error
    if len(header.nonce) != NONCE_BYTES:
        raise EnvelopeRefused(f"{_PLACE}.nonce: expected {NONCE_BYTES} bytes")
    return header


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeRefused(f"{_PLACE}.{name}: expected base64") from error
