"""A transaction that ended with its message in one Region's store: the copy that is missing is looked for, or made."""

from dataclasses import dataclass

from lambdas.service.outcome import Outcome
from lambdas.service.ports import Clock, PayloadStore, TransactionStore, UnexpectedState


class CopyOutcome(Outcome):
    """What became of a transaction that was listed as waiting for a copy."""

    SEEN = "copy_seen"
    MADE = "copy_made"
    COMPLETE = "already_complete"


@dataclass(frozen=True, slots=True)
class CompleteCopies:
    """The use case, in one Region."""

    transactions: TransactionStore
    payloads: PayloadStore
    clock: Clock

    def __call__(self, transaction_id: str) -> CopyOutcome:
        """Safe to repeat from any point, and while another does the same. Raises where a Region cannot be reached."""
        transaction = self.transactions.find(transaction_id)
        if transaction is None or transaction.message is None:
            raise UnexpectedState("a transaction is listed as waiting for a copy and has no message on record")
        if not transaction.awaits_copy:
            # The index is late, or another tick was faster, or it was listed again after that.
            self.transactions.unlist(transaction_id)
            return CopyOutcome.COMPLETE
        message = transaction.message
        made = [self.payloads.complete(message, region) for region in message.copies.missing]
        # Only now: who reads "both" can rely on it.
        self.transactions.note_copies(transaction, message.copies.completed, self.clock.now())
        return CopyOutcome.MADE if any(made) else CopyOutcome.SEEN
