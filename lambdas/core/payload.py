"""Payloads, their names, and the ids that are derived from them. An object's key names its content."""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass

from lambdas.core.documents import MalformedDocument
from lambdas.core.durability import Consistency


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes to store: key, media type, content, and the sha256 (lower-case hex) of the content."""

    key: str
    content_type: str
    body: bytes
    sha256: str


def content_sha256(body: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(body).hexdigest()


# The sha256 in the key is what keeps a first message (and a first answer) safe: whoever stores a second one for the
# same transaction (another participant, a redelivery, a Region that was taken over) can only ever write another object.
def incoming_payload(transaction_id: str, content_type: str, body: bytes) -> Payload:
    """A client's message, before the transaction's record refers to it."""
    return _payload("incoming", transaction_id, content_type, body)


def outgoing_payload(transaction_id: str, content_type: str, body: bytes) -> Payload:
    """The hub's answer."""
    return _payload("outgoing", transaction_id, content_type, body)


def refused_payload(transaction_id: str, content_type: str, body: bytes) -> Payload:
    """A message that cannot become a transaction's message; kept, so that nothing that was acknowledged is lost."""
    return _payload("refused", transaction_id, content_type, body)


def _payload(path: str, transaction_id: str, content_type: str, body: bytes) -> Payload:
    sha256 = content_sha256(body)
    return Payload(f"{path}/{transaction_id}/{sha256}", content_type, body, sha256)


def deduplication_id(participant: str, transaction_id: str, body: bytes, consistency: Consistency) -> str:
    """What makes two messages the same one to the incoming queue (64 hex characters; SQS takes 128).

    By the transaction id alone, another participant's message, or a second and different one, would silently swallow
    the first within SQS's five minutes. So would a message that waits for every Region its client's second thought,
    to be content with one.
    """
    digest = hashlib.sha256()
    for part in (participant.encode(), transaction_id.encode(), body, consistency.encode()):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def answer_id(transaction_id: str) -> str:
    """The answer's own message id: always the same for a transaction, 32 characters (ISO 20022's Max35Text)."""
    return transaction_id.replace("-", "")


def pack(body: bytes) -> str:
    """Any bytes as text for a queue message: base64 over zlib."""
    return base64.b64encode(zlib.compress(body, level=1)).decode("ascii")


def unpack(text: str, place: str) -> bytes:
    """What `pack` packed; raises MalformedDocument naming `place`."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, zlib.error) as error:
        raise MalformedDocument(f"{place}: expected base64 of zlib data") from error
