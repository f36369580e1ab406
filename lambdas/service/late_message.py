"""The message of a transaction that is ended late: read and assessed again, or done without."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.transaction import Transaction
from lambdas.service.ports import Codec, PayloadCorrupted, PayloadStore, PayloadUnavailable

BEFORE_LATE_END = {
    # A message that comes after the transaction was loaded is to be echoed in the answer: the next tick does.
    TransactionStatus.ACCP: frozenset({TransactionStatus.ACCP}),
    TransactionStatus.ACTC: frozenset({TransactionStatus.ACTC, TransactionStatus.ACSP}),
    TransactionStatus.ACSP: frozenset({TransactionStatus.ACSP}),
}
"""What a late end may follow, by the status that the transaction was loaded in."""

PATIENCE = timedelta(minutes=15)
"""How long after it was due an end waits for a message that cannot be read; then it is answered without."""


def late_assessment(
    transaction: Transaction, due: datetime, payloads: PayloadStore, codec: Codec, now: Callable[[], datetime]
) -> Assessment | None:
    """The message's assessment; None where it never came, or cannot be read so long after the end was due.

    Raises PayloadUnavailable and PayloadCorrupted until then.
    """
    message, accepted_at = transaction.message, transaction.entered(TransactionStatus.ACTC)
    if message is None or accepted_at is None:
        return None
    try:
        body = payloads.get(message.key, message.sha256)
    except (PayloadUnavailable, PayloadCorrupted):
        if now() - due < PATIENCE:
            raise
        return None
    return codec.assess(
        body, content_type=message.content_type, message_type=message.message_type, today=accepted_at.date()
    )
