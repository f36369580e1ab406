"""A transaction past its deadline: answered and ended as the ledger says, with a rejection as a rule, and told of."""

from dataclasses import dataclass
from datetime import datetime

from lambdas.core.deadlines import timeout_reason
from lambdas.core.iso20022.assessment import Assessment, Reason, no_message
from lambdas.core.ledger.transfer import TransferState
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.payload import answer_id
from lambdas.core.steps import Step
from lambdas.core.transaction import AnswerReference, PaymentOutcome, Transaction
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.late_message import BEFORE_LATE_END, late_assessment
from lambdas.service.outcome import Outcome
from lambdas.service.ports import (
    Advanced,
    Clock,
    Codec,
    Ledger,
    Notifier,
    PayloadStore,
    TransactionStore,
    UnexpectedState,
)
from lambdas.service.store_answer import store_answer
from lambdas.service.tell_end import TellEnd


class TimeoutOutcome(Outcome):
    """What became of a transaction that was listed as overdue."""

    REJECTED = "rejected"
    REJECTED_ONE_COPY = "rejected_answer_in_one_region"
    TOLD_AGAIN = "told_again"
    ENDED_OTHERWISE = "already_ended"
    NOT_DUE = "not_due"
    CHANGED = "changed_meanwhile"
    FENCED = "fenced"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RejectOverdue:
    """The use case, in one Region."""

    transactions: TransactionStore
    payloads: PayloadStore
    codec: Codec
    ledger: Ledger
    notifier: Notifier
    clock: Clock
    region: str
    end_cancelled: EndCancelled
    complete_settled: CompleteSettled

    def __call__(self, transaction_id: str) -> TimeoutOutcome:
        """Reject it if it is still open and overdue. Safe to repeat from any point, and while another does the same.

        It leaves the list only when subscribers have been told: until then the next tick finds it and tells them.
        """
        transaction = self.transactions.find(transaction_id)
        if transaction is None:
            raise UnexpectedState("a transaction is listed as overdue and is not on record")
        if transaction.ended:
            return self._tell_again(transaction)
        now = self.clock.now()
        if transaction.owner_region != self.region:
            return TimeoutOutcome.FENCED
        if transaction.deadline >= now:
            return TimeoutOutcome.NOT_DUE
        # The ledger first, as in releasing: it decides, once, whether the money moves. Where nothing is reserved yet,
        # nothing can be any more. Where it says that all is decided, who decided it did not come to the end.
        match self.ledger.void(transaction_id):
            case TransferState.CANCELLED:
                self.end_cancelled(transaction)
                return TimeoutOutcome.CANCELLED
            case TransferState.POSTED:
                completed = self.complete_settled(transaction)
                return TimeoutOutcome.SETTLED if completed else TimeoutOutcome.CHANGED
        return self._reject(transaction, now)

    def _reject(self, transaction: Transaction, now: datetime) -> TimeoutOutcome:
        reason = timeout_reason(transaction.deadline)
        assessment = self._rejection(transaction, reason, now)
        body = self._answer(transaction, assessment)
        definition = self.codec.answer_definition(assessment)
        answer, copies = store_answer(self.payloads, transaction.transaction_id, body, definition)
        result = self.transactions.advance(self._step(transaction, assessment, reason, answer, now))
        if isinstance(result, Advanced):
            self._tell(result.transaction)
            return TimeoutOutcome.REJECTED_ONE_COPY if copies.missing else TimeoutOutcome.REJECTED
        found = result.transaction
        return TimeoutOutcome.ENDED_OTHERWISE if found is not None and found.ended else TimeoutOutcome.CHANGED

    def _rejection(self, transaction: Transaction, reason: Reason, now: datetime) -> Assessment:
        assessment = late_assessment(transaction, transaction.deadline, self.payloads, self.codec, lambda: now)
        return no_message(reason) if assessment is None else assessment.rejected(reason)

    def _answer(self, transaction: Transaction, assessment: Assessment) -> bytes:
        # Made at the deadline, as it says: two ticks that meet make the same bytes.
        return self.codec.answer(
            assessment, answer_id=answer_id(transaction.transaction_id), created_at=transaction.deadline
        )

    def _step(
        self, transaction: Transaction, assessment: Assessment, reason: Reason, answer: AnswerReference, now: datetime
    ) -> Step:
        return Step(
            transaction_id=transaction.transaction_id,
            expected=BEFORE_LATE_END[transaction.status],
            status=TransactionStatus.RJCT,
            # Not `now`: another may have taken a step since the transaction was loaded.
            at=self.clock.now(),
            region=self.region,
            epoch=transaction.epoch,
            reason=reason,
            message_definition=assessment.definition,
            payments=tuple(map(PaymentOutcome.of, assessment.payments)),
            answer=answer,
            overdue_at=now,
            stays_listed=True,
        )

    def _tell_again(self, transaction: Transaction) -> TimeoutOutcome:
        # What was told of has left the list with it; the index may still say otherwise, the record does not.
        if not transaction.listed:
            return TimeoutOutcome.ENDED_OTHERWISE
        self._tell(transaction)
        return TimeoutOutcome.TOLD_AGAIN

    def _tell(self, transaction: Transaction) -> None:
        TellEnd(self.notifier, self.transactions)(transaction, listed=True)
