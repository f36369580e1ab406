"""A transaction that was taken over and whose client chose to have it cancelled: the ledger is asked, then it ends."""

from dataclasses import dataclass, replace

from lambdas.core.iso20022.assessment import Assessment, Reason, no_message
from lambdas.core.iso20022.definitions import family
from lambdas.core.iso20022.reason_codes import ReasonCode
from lambdas.core.ledger.transfer import TransferState
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.payload import answer_id
from lambdas.core.steps import Step
from lambdas.core.transaction import AnswerReference, PaymentOutcome, Takeover, Transaction
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.late_message import BEFORE_LATE_END, late_assessment
from lambdas.service.ports import (
    Advanced,
    Clock,
    Codec,
    Ledger,
    Notifier,
    PayloadStore,
    TransactionStore,
)
from lambdas.service.store_answer import store_answer
from lambdas.service.takeover_outcome import TakeoverOutcome
from lambdas.service.tell_end import TellEnd

_REQUEST_TO_CANCEL = "camt.056"


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The use case, in the Region that took it over."""

    transactions: TransactionStore
    payloads: PayloadStore
    codec: Codec
    ledger: Ledger
    notifier: Notifier
    clock: Clock
    region: str
    end_cancelled: EndCancelled
    complete_settled: CompleteSettled

    def __call__(self, transaction: Transaction, takeover: Takeover) -> TakeoverOutcome | None:
        """End it as the ledger says; None where it is better redriven. Safe to repeat from any point.

        Redriven is what moves no money forward: a message that will be refused gets the reason why, and a request to
        cancel another payment does what its client wants.
        """
        reason = given_up_reason(takeover)
        assessment = self._assessment(transaction, takeover, reason)
        if assessment is None:
            return None
        # The ledger first, as in releasing: the lost Region may have come further than its record says.
        match self.ledger.void(transaction.transaction_id):
            case TransferState.CANCELLED:
                self.end_cancelled(transaction)
                return TakeoverOutcome.CANCELLED
            case TransferState.POSTED:
                return TakeoverOutcome.SETTLED if self.complete_settled(transaction) else TakeoverOutcome.CHANGED
        return self._end(transaction, takeover, assessment, reason)

    def _assessment(self, transaction: Transaction, takeover: Takeover, reason: Reason) -> Assessment | None:
        assessment = late_assessment(transaction, takeover.at, self.payloads, self.codec, self.clock.now)
        if assessment is None:
            return replace(no_message(reason), cancelled=True)
        if not assessment.accepted or family(assessment.definition or "") == _REQUEST_TO_CANCEL:
            return None
        return assessment.as_cancelled(reason)

    def _end(
        self, transaction: Transaction, takeover: Takeover, assessment: Assessment, reason: Reason
    ) -> TakeoverOutcome:
        # Made at the takeover's time: ticks that meet, or come again, make the same bytes.
        body = self.codec.answer(assessment, answer_id=answer_id(transaction.transaction_id), created_at=takeover.at)
        definition = self.codec.answer_definition(assessment)
        answer, _ = store_answer(self.payloads, transaction.transaction_id, body, definition)
        result = self.transactions.advance(self._step(transaction, assessment, reason, answer))
        if not isinstance(result, Advanced):
            return TakeoverOutcome.CHANGED
        TellEnd(self.notifier, self.transactions)(result.transaction, listed=True)
        return TakeoverOutcome.CANCELLED

    def _step(self, transaction: Transaction, assessment: Assessment, reason: Reason, answer: AnswerReference) -> Step:
        return Step(
            transaction_id=transaction.transaction_id,
            expected=BEFORE_LATE_END[transaction.status],
            status=TransactionStatus.CANC,
            at=self.clock.now(),
            region=self.region,
            epoch=transaction.epoch,
            reason=reason,
            message_definition=assessment.definition,
            payments=tuple(map(PaymentOutcome.of, assessment.payments)),
            answer=answer,
            stays_listed=True,
        )


def given_up_reason(takeover: Takeover) -> Reason:
    """Why a transaction ended as CANC that nobody asked to cancel."""
    return Reason(
        ReasonCode.CANCELLED, "", f"its Region, {takeover.from_region}, was lost; X-On-Failover asked to cancel it then"
    )
