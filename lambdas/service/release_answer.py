"""From the releasing queue: post or void the funds, store the answer, end the transaction, tell subscribers."""

from dataclasses import dataclass

from lambdas.core.ledger.transfer import TransferState
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ReleasingMessage
from lambdas.core.steps import Step
from lambdas.core.transaction import AnswerReference, Transaction
from lambdas.service.outcome import Outcome
from lambdas.service.ports import (
    Advanced,
    Clock,
    Ledger,
    Notifier,
    PayloadStore,
    TransactionStore,
    UnexpectedState,
)
from lambdas.service.store_answer import store_answer
from lambdas.service.tell_end import TellEnd

_BEFORE = {
    TransactionStatus.ACSC: frozenset({TransactionStatus.ACSP}),
    # ACTC as a rule. ACSP where the step to ACSP was recorded and a later delivery of the same message found it wrong.
    TransactionStatus.RJCT: frozenset({TransactionStatus.ACTC, TransactionStatus.ACSP}),
}
_LEDGER = {TransactionStatus.ACSC: TransferState.POSTED, TransactionStatus.RJCT: TransferState.VOIDED}


class ReleasingOutcome(Outcome):
    """What became of a message from the releasing queue."""

    ENDED = "ended"
    ENDED_ONE_COPY = "ended_answer_in_one_region"
    REPEATED = "repeated"
    ENDED_OTHERWISE = "ended_otherwise"
    FENCED = "fenced"
    DECIDED_OTHERWISE = "ended_otherwise_in_ledger"


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """The use case, in one Region.

    stays_listed: nobody repeats this message, so that the transaction leaves the list of open ones only when
    subscribers have been told.
    """

    transactions: TransactionStore
    payloads: PayloadStore
    ledger: Ledger
    notifier: Notifier
    clock: Clock
    region: str
    stays_listed: bool = False

    def __call__(self, message: ReleasingMessage) -> ReleasingOutcome:
        """Take one message. Safe to repeat from any point; raises only what is worth a redelivery."""
        # The ledger first: it alone decides, once, whether the money moves, and the answer must agree. Where it has
        # decided otherwise, whoever asked it to (a deadline, a takeover) ends the transaction; this answer is void.
        if self._decide_in_ledger(message) is not _LEDGER[message.status]:
            return ReleasingOutcome.DECIDED_OTHERWISE
        answer, copies = store_answer(
            self.payloads, message.transaction_id, message.answer, message.answer_definition, message.sealed
        )
        result = self.transactions.advance(
            Step(
                transaction_id=message.transaction_id,
                expected=_BEFORE[message.status],
                status=message.status,
                at=self.clock.now(),
                region=self.region,
                epoch=message.epoch,
                reason=message.reason,
                message_definition=message.message_definition,
                payments=message.payments,
                answer=answer,
                stays_listed=self.stays_listed,
            )
        )
        if isinstance(result, Advanced):
            self._tell(result.transaction)
            return ReleasingOutcome.ENDED_ONE_COPY if copies.missing else ReleasingOutcome.ENDED
        outcome = _decide(message, answer, self.region, result.transaction)
        if outcome is ReleasingOutcome.REPEATED and result.transaction is not None and self._untold(result.transaction):
            self._tell(result.transaction)
        return outcome

    def _decide_in_ledger(self, message: ReleasingMessage) -> TransferState:
        if message.status is TransactionStatus.ACSC:
            return self.ledger.post(message.transaction_id)
        return self.ledger.void(message.transaction_id)

    def _untold(self, transaction: Transaction) -> bool:
        """Whether subscribers may not know: of a repeated message, always; else while the transaction is listed."""
        return transaction.listed or not self.stays_listed

    def _tell(self, transaction: Transaction) -> None:
        TellEnd(self.notifier, self.transactions)(transaction, listed=self.stays_listed)


def _decide(
    message: ReleasingMessage, answer: AnswerReference, region: str, transaction: Transaction | None
) -> ReleasingOutcome:
    """Why the terminal step was refused, from the transaction as the write found it."""
    if transaction is None:
        raise UnexpectedState("no transaction is recorded for an answer that is to be released")
    if transaction.owner_region != region or transaction.epoch != message.epoch:
        return ReleasingOutcome.FENCED
    if transaction.ended:
        return ReleasingOutcome.REPEATED if transaction.answer == answer else ReleasingOutcome.ENDED_OTHERWISE
    raise UnexpectedState(f"an answer is to be released whose transaction is in {transaction.status}")
