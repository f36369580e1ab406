"""A transaction whose money has moved and that was not ended: it ends as settled, late or not."""

from dataclasses import dataclass

from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.transaction import Transaction
from lambdas.service.decide_message import DecideMessage
from lambdas.service.ports import UnexpectedState
from lambdas.service.release_answer import ReleaseAnswer, ReleasingOutcome

_COMPLETED = frozenset({ReleasingOutcome.ENDED, ReleasingOutcome.ENDED_ONE_COPY, ReleasingOutcome.REPEATED})


@dataclass(frozen=True, slots=True)
class CompleteSettled:
    """What a deadline does, and a takeover, where the ledger says that the money has moved."""

    decide: DecideMessage
    release: ReleaseAnswer

    def __call__(self, transaction: Transaction) -> bool:
        """End it with the answer that processing made; False where it changed meanwhile. Safe to repeat."""
        message, accepted_at = transaction.message, transaction.entered(TransactionStatus.ACTC)
        if message is None or accepted_at is None:
            raise UnexpectedState("a transaction is posted in the ledger and has no message")
        assessment = self.decide(transaction.transaction_id, message, accepted_at)
        if assessment is None:
            raise UnexpectedState("a transaction is posted in the ledger and has no decisions there")
        answer = self.decide.answer(
            transaction.transaction_id, assessment, epoch=transaction.epoch, accepted_at=accepted_at
        )
        return self.release(answer) in _COMPLETED
