"""A transaction whose money has moved and that was not ended: it ends as settled, late or not."""

from dataclasses import dataclass

from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.steps import Step
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
        if transaction.status is TransactionStatus.ACTC:
            # A request that has cancelled: the ledger posts it before the step that says that it was accepted.
            self.release.transactions.advance(self._accept(transaction, assessment))
        answer = self.decide.answer(
            transaction.transaction_id, assessment, epoch=transaction.epoch, accepted_at=accepted_at
        )
        return self.release(answer) in _COMPLETED

    def _accept(self, transaction: Transaction, assessment: Assessment) -> Step:
        return Step(
            transaction_id=transaction.transaction_id,
            expected=frozenset({TransactionStatus.ACTC}),
            status=TransactionStatus.ACSP,
            at=self.release.clock.now(),
            region=self.release.region,
            epoch=transaction.epoch,
            message_definition=assessment.definition,
        )
