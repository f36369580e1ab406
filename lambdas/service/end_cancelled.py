"""The end of a transaction that the ledger says is cancelled: answered, ended as CANC, and told of."""

from dataclasses import dataclass, replace

from lambdas.core.iso20022.assessment import Assessment, Reason, no_message
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.ledger.cancellations import Cancellation
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.payload import answer_id
from lambdas.core.steps import Step
from lambdas.core.transaction import AnswerReference, PaymentOutcome, Transaction
from lambdas.service.late_message import late_assessment
from lambdas.service.ports import (
    Advanced,
    Clock,
    Codec,
    ConcurrentChange,
    Ledger,
    Notifier,
    PayloadStore,
    TransactionStore,
    UnexpectedState,
)
from lambdas.service.settlement import settled
from lambdas.service.store_answer import store_answer
from lambdas.service.tell_end import TellEnd

_BEFORE = frozenset({TransactionStatus.ACTC, TransactionStatus.ACSP})


@dataclass(frozen=True, slots=True)
class EndCancelled:
    """What processing does once it has cancelled, and a deadline does where processing did not come to it.

    The Region need not be the transaction's own. That is safe because the ledger has decided: whatever else is under
    way for the transaction in its own Region asks the ledger first, is told that it is cancelled, and writes no end.
    """

    transactions: TransactionStore
    payloads: PayloadStore
    codec: Codec
    ledger: Ledger
    notifier: Notifier
    clock: Clock
    region: str

    def __call__(self, transaction: Transaction) -> None:
        """End it, unless that is done. Safe to repeat from any point, and while another Region does the same.

        Raises ConcurrentChange where it was taken over in between, and what is worth a redelivery.
        """
        if not transaction.ended:
            transaction = self._end(transaction)
        if transaction.status is not TransactionStatus.CANC:
            raise UnexpectedState(f"a transaction is cancelled in the ledger and has ended in {transaction.status}")
        if transaction.listed and transaction.owner_region == self.region:
            # In another Region it stays listed: the owner's timeout finds it there and tells its own subscribers.
            TellEnd(self.notifier, self.transactions)(transaction, listed=True)

    def _end(self, transaction: Transaction) -> Transaction:
        cancellation = self.ledger.cancellation(transaction.transaction_id)
        if cancellation is None:
            raise UnexpectedState("a transaction is to end as cancelled that the ledger has not cancelled")
        reason = cancellation_reason(cancellation.requested_by)
        assessment = self._assessment(transaction, cancellation, reason)
        # Made at the ledger's own time: whoever comes to it, whenever, makes the same bytes.
        body = self.codec.answer(
            assessment, answer_id=answer_id(transaction.transaction_id), created_at=cancellation.at
        )
        definition = self.codec.answer_definition(assessment)
        answer, _ = store_answer(self.payloads, transaction.transaction_id, body, definition)
        result = self.transactions.advance(self._step(transaction, assessment, reason, answer))
        if isinstance(result, Advanced):
            return result.transaction
        if result.transaction is None or not result.transaction.ended:
            raise ConcurrentChange("a cancelled transaction was taken over while it was ended")
        return result.transaction

    def _assessment(self, transaction: Transaction, cancellation: Cancellation, reason: Reason) -> Assessment:
        if transaction.message is None:
            raise UnexpectedState("a transaction is cancelled that never got a message")
        assessed = late_assessment(transaction, cancellation.at, self.payloads, self.codec, self.clock.now)
        if assessed is None:
            return replace(no_message(reason), cancelled=True)
        return settled(assessed, cancellation.decisions).as_cancelled(reason)

    def _step(self, transaction: Transaction, assessment: Assessment, reason: Reason, answer: AnswerReference) -> Step:
        return Step(
            transaction_id=transaction.transaction_id,
            # ACTC: it was cancelled between the reservation of its funds and the step that says so.
            expected=_BEFORE,
            status=TransactionStatus.CANC,
            at=self.clock.now(),
            region=self.region,
            owner_region=transaction.owner_region,
            epoch=transaction.epoch,
            reason=reason,
            message_definition=assessment.definition,
            payments=tuple(map(PaymentOutcome.of, assessment.payments)),
            answer=answer,
            stays_listed=True,
        )


def cancellation_reason(requested_by: str) -> Reason:
    """Why a transaction ended as CANC."""
    return Reason(ReasonCode.CANCELLED, "", f"cancelled at the request of transaction {requested_by}")
