"""From the incoming queue: store a message in both Regions or in one, as asked, record ACTC, pass a reference on."""

from dataclasses import dataclass

from lambdas.core.durability import Consistency, Copies
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import IncomingMessage, ProcessingMessage
from lambdas.core.payload import Payload, incoming_payload, refused_payload
from lambdas.core.steps import Step
from lambdas.core.transaction import MessageReference, RefusedMessage, Transaction
from lambdas.service.outcome import Outcome
from lambdas.service.ports import (
    Advanced,
    Clock,
    ConcurrentChange,
    MessageQueue,
    PayloadStore,
    TransactionStore,
    UnexpectedState,
)

_REFUSED_MESSAGES_KEPT = 20
"""How many refused messages a transaction lists: an item ends at 400 kB, and clients send what they like."""


class IncomingOutcome(Outcome):
    """What became of a message from the incoming queue."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    ALREADY_ENDED = "already_ended"
    FENCED = "fenced"
    REFUSED_UNKNOWN = "refused_unknown_transaction"
    REFUSED_FOREIGN = "refused_foreign_transaction"
    REFUSED_SECOND = "refused_second_message"
    REFUSED_LATE = "refused_late_message"
    REFUSED_ELSEWHERE = "refused_other_region"


_REFUSALS = frozenset(
    {
        IncomingOutcome.REFUSED_UNKNOWN,
        IncomingOutcome.REFUSED_FOREIGN,
        IncomingOutcome.REFUSED_SECOND,
        IncomingOutcome.REFUSED_LATE,
        IncomingOutcome.REFUSED_ELSEWHERE,
    }
)
"""Outcomes of a message that was acknowledged and cannot become its transaction's: it is archived."""

_REFUSAL_TEXTS = {
    IncomingOutcome.REFUSED_SECOND: "the transaction already has a message; open a transaction for each message",
    IncomingOutcome.REFUSED_LATE: "the transaction had ended before the message came; open a new transaction",
    IncomingOutcome.REFUSED_ELSEWHERE: "the transaction is another Region's; send its message where it was opened",
}


@dataclass(frozen=True, slots=True)
class RecordIncoming:
    """The use case, in one Region."""

    transactions: TransactionStore
    payloads: PayloadStore
    processing: MessageQueue
    clock: Clock
    region: str

    def __call__(self, message: IncomingMessage) -> IncomingOutcome:
        """Take one message. Safe to repeat from any point; raises only what is worth a redelivery."""
        payload = incoming_payload(message.transaction_id, message.content_type, message.body, message.sealed)
        # Before ACTC is recorded, and recorded with it: who sees ACTC can read what the loss of a Region could lose.
        copies = self._store(payload, message.consistency)
        reference = MessageReference(
            key=payload.key,
            sha256=payload.sha256,
            content_type=message.content_type,
            message_type=message.message_type,
            consistency=message.consistency,
            copies=copies,
        )
        result = self.transactions.advance(
            Step(
                transaction_id=message.transaction_id,
                expected=frozenset({TransactionStatus.ACCP}),
                status=TransactionStatus.ACTC,
                at=self.clock.now(),
                region=self.region,
                participant=message.participant,
                message=reference,
            )
        )
        if isinstance(result, Advanced):
            self._pass_on(result.transaction)
            return IncomingOutcome.RECORDED
        outcome = _decide(message.participant, payload.sha256, self.region, result.transaction)
        if outcome is IncomingOutcome.REPEATED and result.transaction is not None:
            self._pass_on(result.transaction)
        if outcome in _REFUSALS:
            self._refuse(message, outcome, result.transaction)
        return outcome

    def _store(self, payload: Payload, consistency: Consistency) -> Copies:
        if consistency is Consistency.AVAILABLE:
            return self.payloads.put_available(payload)
        return self.payloads.put_everywhere(payload)

    def _pass_on(self, transaction: Transaction) -> None:
        onward = ProcessingMessage.of(transaction)
        if onward is None:
            raise UnexpectedState("a transaction past ACTC has no ACTC in its history, or no message")
        self.processing.send(
            onward.to_json(), group_id=transaction.transaction_id, deduplication_id=onward.deduplication_id
        )

    def _refuse(self, message: IncomingMessage, outcome: IncomingOutcome, transaction: Transaction | None) -> None:
        payload = refused_payload(message.transaction_id, message.content_type, message.body, message.sealed)
        self.payloads.put(payload)
        text = _REFUSAL_TEXTS.get(outcome)
        if transaction is None or text is None:
            return
        noted = transaction.refused_messages
        if len(noted) >= _REFUSED_MESSAGES_KEPT or any(each.sha256 == payload.sha256 for each in noted):
            return
        self.transactions.note_refused_message(transaction, RefusedMessage(payload.sha256, self.clock.now(), text))


def _decide(participant: str, sha256: str, region: str, transaction: Transaction | None) -> IncomingOutcome:
    """Why the step to ACTC was refused, from the transaction as the write found it."""
    if transaction is None:
        return IncomingOutcome.REFUSED_UNKNOWN
    if transaction.participant != participant:
        return IncomingOutcome.REFUSED_FOREIGN
    if transaction.message is None:
        return _decide_without_message(region, transaction)
    if transaction.message.sha256 != sha256:
        return IncomingOutcome.REFUSED_SECOND
    if transaction.ended:
        return IncomingOutcome.ALREADY_ENDED
    return IncomingOutcome.REPEATED if transaction.owner_region == region else IncomingOutcome.FENCED


def _decide_without_message(region: str, transaction: Transaction) -> IncomingOutcome:
    if transaction.ended:
        return IncomingOutcome.REFUSED_LATE
    if transaction.owner_region != region:
        return IncomingOutcome.REFUSED_ELSEWHERE
    raise ConcurrentChange("the step to ACTC was refused, yet nothing in the transaction speaks against it")
