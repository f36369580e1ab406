"""The answer of a transaction that is about to end: stored before the step that says so."""

from lambdas.core.durability import Copies
from lambdas.core.payload import outgoing_payload
from lambdas.core.transaction import AnswerReference
from lambdas.service.ports import PayloadStore

_CONTENT_TYPE = "application/xml"


def store_answer(
    payloads: PayloadStore, transaction_id: str, body: bytes, definition: str, sealed: bytes | None = None
) -> tuple[AnswerReference, Copies]:
    """Store it; how the record names it, and which Regions have it. sealed: its sealed form, where it came so.

    A terminal status is only ever visible when its answer can be read. One Region is enough for that: the loss of the
    other must not stop payments from ending. Replication brings it what it missed.
    """
    payload = outgoing_payload(transaction_id, _CONTENT_TYPE, body, sealed)
    copies = payloads.put_available(payload)
    return AnswerReference(payload.key, payload.sha256, definition), copies
