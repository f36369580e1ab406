"""From the processing queue: validate a message, reserve its funds, record ACSP if any are, pass the answer on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambdas.core.deadlines import deadline_of
from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ProcessingMessage
from lambdas.core.steps import Step
from lambdas.core.transaction import Transaction
from lambdas.service.decide_message import DecideMessage
from lambdas.service.outcome import Outcome
from lambdas.service.ports import (
    Advanced,
    Clock,
    Envelopes,
    MessageQueue,
    TransactionStore,
    UnexpectedState,
)


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
    decide: DecideMessage
    releasing: MessageQueue
    envelopes: Envelopes
    clock: Clock
    region: str
    deadlines: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, message: ProcessingMessage) -> ProcessingOutcome:
        """Take one message. Safe to repeat from any point; raises only what is worth a redelivery.

        A message with no good payment leaves the transaction at ACTC: RJCT is terminal, and a terminal status may only
        be seen once its answer can be read, so it is recorded where the answer is stored. A message whose funds were
        voided, or which was cancelled, is left to whoever did that.
        """
        # The ledger before ACSP: what says ACSP has its funds.
        assessment = self.decide(message.transaction_id, message.message, message.accepted_at)
        if assessment is None:
            return ProcessingOutcome.VOIDED
        outcome = self._record(message, assessment) if assessment.accepted else self._rejection(message)
        if outcome in (ProcessingOutcome.ALREADY_ENDED, ProcessingOutcome.FENCED):
            return outcome
        onward = self.decide.answer(
            message.transaction_id, assessment, epoch=message.epoch, accepted_at=message.accepted_at
        )
        self.releasing.send(
            onward.to_json(self.envelopes.seal),
            group_id=message.transaction_id,
            deduplication_id=onward.deduplication_id,
        )
        return outcome

    def _rejection(self, message: ProcessingMessage) -> ProcessingOutcome:
        # No step is taken that the record could refuse, so it is looked at. Otherwise a message that comes again long
        # after its end, as a replay sends it, has its answer stored once more and its subscribers told again.
        transaction = self.transactions.find(message.transaction_id)
        if transaction is None or transaction.status is not TransactionStatus.ACTC:
            return _decide(message, self.region, transaction)
        return ProcessingOutcome.FENCED if _fenced(message, self.region, transaction) else ProcessingOutcome.REJECTED

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


def _decide(message: ProcessingMessage, region: str, transaction: Transaction | None) -> ProcessingOutcome:
    """Why there is no step to take, from the transaction as it was found."""
    if transaction is None:
        raise UnexpectedState("no transaction is recorded for a message that is processed")
    if _fenced(message, region, transaction):
        return ProcessingOutcome.FENCED
    if transaction.ended:
        return ProcessingOutcome.ALREADY_ENDED
    if transaction.status is TransactionStatus.ACSP:
        return ProcessingOutcome.REPEATED
    raise UnexpectedState(f"a message is to be processed whose transaction is in {transaction.status}")


def _fenced(message: ProcessingMessage, region: str, transaction: Transaction) -> bool:
    """Whether it was taken over since the message was sent."""
    return transaction.owner_region != region or transaction.epoch != message.epoch
