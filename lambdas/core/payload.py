"""Payloads, their names, and the ids that are derived from them. An object's key names its content."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from lambdas.core.durability import Consistency
from lambdas.core.envelope import EnvelopeContext, EnvelopeRefused, Purpose


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes to store: key, media type, content, and the sha256 (lower-case hex) of the content.

    sealed: the content's sealed form, where it came so; it is stored as it is.
    """

    key: str
    content_type: str
    body: bytes = field(repr=False)
    sha256: str
    sealed: bytes | None = field(default=None, repr=False, compare=False)


def content_sha256(body: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(body).hexdigest()


# The sha256 in the key is what keeps a first message (and a first answer) safe: whoever stores a second one for the
# same transaction (another participant, a redelivery, a Region that was taken over) can only ever write another object.
def incoming_payload(transaction_id: str, content_type: str, body: bytes, sealed: bytes | None = None) -> Payload:
    """A client's message, before the transaction's record refers to it."""
    return _payload("incoming", transaction_id, content_type, body, sealed)


def outgoing_payload(transaction_id: str, content_type: str, body: bytes, sealed: bytes | None = None) -> Payload:
    """The hub's answer."""
    return _payload("outgoing", transaction_id, content_type, body, sealed)


def refused_payload(transaction_id: str, content_type: str, body: bytes, sealed: bytes | None = None) -> Payload:
    """A message that cannot become a transaction's message; kept, so that nothing that was acknowledged is lost."""
    return _payload("refused", transaction_id, content_type, body, sealed)


def _payload(path: str, transaction_id: str, content_type: str, body: bytes, sealed: bytes | None) -> Payload:
    sha256 = content_sha256(body)
    return Payload(f"{path}/{transaction_id}/{sha256}", content_type, body, sha256, sealed)


_PURPOSES = {"incoming": Purpose.INCOMING, "refused": Purpose.INCOMING, "outgoing": Purpose.OUTGOING}


def sealed_for(key: str) -> EnvelopeContext:
    """What the payload under a key is sealed for. Raises EnvelopeRefused for a key that is none of the hub's."""
    path, _, rest = key.partition("/")
    transaction_id, _, sha256 = rest.partition("/")
    if path not in _PURPOSES or not transaction_id or not sha256:
        raise EnvelopeRefused("payload key: expected PATH/TRANSACTION/SHA256")
    return EnvelopeContext(transaction_id, _PURPOSES[path])


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


def pack(sealed: bytes) -> str:
    """Any bytes as text for a queue message: base64."""
    return base64.b64encode(sealed).decode("ascii")


def unpack(text: str, place: str) -> bytes:
    """What `pack` packed; raises EnvelopeRefused naming `place`."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeRefused(f"{place}: expected base64") from error
