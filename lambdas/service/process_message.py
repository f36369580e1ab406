"""From the processing queue: validate a message, reserve its funds, record ACSP if any are, pass the answer on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambdas.core.deadlines import deadline_of
from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.iso20022.definitions import family
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ProcessingMessage, ReleasingMessage
from lambdas.core.payload import answer_id
from lambdas.core.steps import Step
from lambdas.core.transaction import PaymentOutcome, Transaction
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.outcome import Outcome
from lambdas.service.ports import (
    Advanced,
    Clock,
    Codec,
    Ledger,
    MessageQueue,
    PayloadStore,
    TransactionStore,
    UnexpectedState,
)
from lambdas.service.settlement import return_orders, settled, transfer_orders


class ProcessingOutcome(Outcome):
    """What became of a message from the processing queue."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPEATED = "repeated"
    ALREADY_ENDED = "already_ended"
    FENCED = "fenced"
    VOIDED = "refused_voided"


@dataclass(frozen=True, slots=True)
class ProcessMessage:
    """The use case, in one Region; deadlines: seconds from the opening, by message family (`pacs.008`)."""

    transactions: TransactionStore
    payloads: PayloadStore
    codec: Codec
    ledger: Ledger
    cancel: CancelPayments
    releasing: MessageQueue
    clock: Clock
    region: str
    deadlines: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, message: ProcessingMessage) -> ProcessingOutcome:
        """Take one message. Safe to repeat from any point; raises only what is worth a redelivery.

        A message with no good payment leaves the transaction at ACTC: RJCT is terminal, and a terminal status may only
        be seen once its answer can be read, so it is recorded where the answer is stored. A message whose funds were
        voided, or which was cancelled, is left to whoever did that.
        """
        body = self.payloads.get(message.message.key, message.message.sha256)
        assessment = self.codec.assess(
            body,
            content_type=message.message.content_type,
            message_type=message.message.message_type,
            today=message.accepted_at.date(),
        )
        # Before ACSP: what says ACSP has its funds. A repetition gets the same decisions, and so makes the same answer.
        if assessment.accepted:
            decided = self._ask_ledger(message.transaction_id, assessment)
            if decided is None:
                return ProcessingOutcome.VOIDED
            assessment = decided
        outcome = self._record(message, assessment) if assessment.accepted else ProcessingOutcome.REJECTED
        if outcome in (ProcessingOutcome.ALREADY_ENDED, ProcessingOutcome.FENCED):
            return outcome
        onward = self._answer(message, assessment)
        self.releasing.send(onward.to_json(), group_id=message.transaction_id, deduplication_id=message.transaction_id)
        return outcome

    def _ask_ledger(self, transaction_id: str, assessment: Assessment) -> Assessment | None:
        match family(assessment.definition or ""):
            case "camt.056":
                return self.cancel(transaction_id, assessment)
            case "pacs.004":
                decisions = self.ledger.reserve_returns(transaction_id, return_orders(assessment))
            case _:
                decisions = self.ledger.reserve(transaction_id, transfer_orders(assessment))
        return None if decisions is None else settled(assessment, decisions)

    def _record(self, message: ProcessingMessage, assessment: Assessment) -> ProcessingOutcome:
        result = self.transactions.advance(
            Step(
                transaction_id=message.transaction_id,
                expected=frozenset({TransactionStatus.ACTC}),
                status=TransactionStatus.ACSP,
                at=self.clock.now(),
                region=self.region,
                epoch=message.epoch,
                message_definition=assessment.definition,
                deadline=deadline_of(message.opened_at, assessment.definition, self.deadlines),
            )
        )
        if isinstance(result, Advanced):
            return ProcessingOutcome.ACCEPTED
        return _decide(message, self.region, result.transaction)

    def _answer(self, message: ProcessingMessage, assessment: Assessment) -> ReleasingMessage:
        # Nothing here but the message and what was recorded with it: a redelivery makes the same bytes.
        answer = self.codec.answer(
            assessment, answer_id=answer_id(message.transaction_id), created_at=message.accepted_at
        )
        return ReleasingMessage(
            transaction_id=message.transaction_id,
            epoch=message.epoch,
            status=TransactionStatus.ACSC if assessment.accepted else TransactionStatus.RJCT,
            reason=assessment.reason,
            payments=_payments(assessment),
            message_definition=assessment.definition,
            answer_definition=self.codec.answer_definition(assessment),
            answer=answer,
        )


def _payments(assessment: Assessment) -> tuple[PaymentOutcome, ...]:
    return tuple(
        PaymentOutcome(
            payment.end_to_end_id,
            payment.uetr,
            TransactionStatus.ACSC if payment.accepted else TransactionStatus.RJCT,
            payment.reason,
        )
        for payment in assessment.payments
    )


def _decide(message: ProcessingMessage, region: str, transaction: Transaction | None) -> ProcessingOutcome:
    """Why the step to ACSP was refused, from the transaction as the write found it."""
    if transaction is None:
        raise UnexpectedState("no transaction is recorded for a message that was accepted")
    if transaction.owner_region != region or transaction.epoch != message.epoch:
        return ProcessingOutcome.FENCED
    if transaction.ended:
        return ProcessingOutcome.ALREADY_ENDED
    if transaction.status is TransactionStatus.ACSP:
        return ProcessingOutcome.REPEATED
    raise UnexpectedState(f"a message is to be processed whose transaction is in {transaction.status}")
