"""The messages on the hub's own queues, and their JSON forms."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lambdas.core.documents import Fields, JsonValue, MalformedDocument, instant_text
from lambdas.core.durability import Consistency
from lambdas.core.envelope import EnvelopeContext, Purpose
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.payload import pack, unpack
from lambdas.core.transaction import MessageReference, PaymentOutcome, Transaction, read_reason, reason_document

ANSWERED_STATUSES = frozenset({TransactionStatus.ACSC, TransactionStatus.RJCT})
"""How a transaction ends that got an answer."""


Seal = Callable[[EnvelopeContext, bytes], bytes]
"""Gives the sealed form of a payload, or, of a sealed form, the payload."""

ONE_REGION = "one"
"""What the group of a message is called, after its transaction, that is content with one Region."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """intake to incoming: a message as it was received, and which participant sent it (registered name).

    It knows no epoch: nothing has been read yet. consistency: which stores are to have it before it is taken on.
    sealed: its body's sealed form, once there is one: the same in the queue and in every store.
    """

    transaction_id: str
    participant: str
    content_type: str
    message_type: str | None
    body: bytes = field(repr=False)
    consistency: Consistency = Consistency.BOTH
    sealed: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def group_id(self) -> str:
        """Within a group one message waits for the one before it.

        One that is content with one Region must not wait for itself as it was sent before, asking for both: that is
        tried again and again while a Region is away, for longer than its transaction has time.
        """
        return self.transaction_id if self.consistency is Consistency.BOTH else f"{self.transaction_id}:{ONE_REGION}"

    def to_json(self, seal: Seal) -> str:
        """One JSON object; the body sealed, as base64."""
        sealed = seal(EnvelopeContext(self.transaction_id, Purpose.INCOMING), self.body)
        return _compact(
            {
                "transaction_id": self.transaction_id,
                "participant": self.participant,
                "content_type": self.content_type,
                "message_type": self.message_type,
                "consistency": self.consistency,
                "body": pack(sealed),
            }
        )

    @classmethod
    def from_json(cls, text: str, unseal: Seal) -> "IncomingMessage":
        """Raises MalformedDocument; EnvelopeRefused, which is one, where the body is not this transaction's message."""
        fields = Fields.parse(text, "incoming message")
        transaction_id, participant = fields.text("transaction_id"), fields.text("participant")
        sealed = unpack(fields.text("body"), "incoming message.body")
        return cls(
            transaction_id,
            participant,
            fields.text("content_type"),
            fields.text_or_none("message_type"),
            unseal(EnvelopeContext(transaction_id, Purpose.INCOMING), sealed),
            fields.choice_or("consistency", Consistency.BOTH),
            sealed,
        )


@dataclass(frozen=True, slots=True)
class ProcessingMessage:
    """incoming to processing: which message to process, by reference.

    opened_at is when the transaction was opened, or taken over: its deadline counts from there. accepted_at is when
    ACTC was recorded. The answer's creation time and the "today" of its checks are taken from it, so that a redelivery,
    minutes or days later, makes the very same answer.
    """

    transaction_id: str
    epoch: int
    opened_at: datetime
    accepted_at: datetime
    message: MessageReference

    @property
    def deduplication_id(self) -> str:
        """Once per owner: what is taken over, and comes back within five minutes, must not pass for a repetition."""
        return f"{self.transaction_id}-{self.epoch}"

    @classmethod
    def of(cls, transaction: Transaction) -> "ProcessingMessage | None":
        """What processing is to do for a transaction; None where it has no message yet."""
        accepted_at = transaction.entered(TransactionStatus.ACTC)
        if accepted_at is None or transaction.message is None:
            return None
        return cls(
            transaction.transaction_id, transaction.epoch, transaction.counted_from, accepted_at, transaction.message
        )

    def to_json(self) -> str:
        """One JSON object."""
        return _compact(
            {
                "transaction_id": self.transaction_id,
                "epoch": self.epoch,
                "opened_at": instant_text(self.opened_at),
                "accepted_at": instant_text(self.accepted_at),
                "message": self.message.document(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "ProcessingMessage":
        """Raises MalformedDocument."""
        fields = Fields.parse(text, "processing message")
        return cls(
            fields.text("transaction_id"),
            fields.whole_number("epoch"),
            fields.instant("opened_at"),
            fields.instant("accepted_at"),
            MessageReference.read(fields.section("message")),
        )


@dataclass(frozen=True, slots=True)
class ReleasingMessage:
    """processing to releasing: the answer and how the transaction ends (ACSC or RJCT).

    sealed: the answer's sealed form, once there is one: the same in the queue and in every store.
    """

    transaction_id: str
    epoch: int
    status: TransactionStatus
    reason: Reason | None
    payments: tuple[PaymentOutcome, ...]
    message_definition: str | None
    answer_definition: str
    answer: bytes = field(repr=False)
    sealed: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def deduplication_id(self) -> str:
        """As of a ProcessingMessage."""
        return f"{self.transaction_id}-{self.epoch}"

    def to_json(self, seal: Seal) -> str:
        """One JSON object; the answer sealed, as base64."""
        sealed = seal(EnvelopeContext(self.transaction_id, Purpose.OUTGOING), self.answer)
        return _compact(
            {
                "transaction_id": self.transaction_id,
                "epoch": self.epoch,
                "status": self.status,
                "reason": reason_document(self.reason),
                "payments": [payment.document() for payment in self.payments],
                "message_definition": self.message_definition,
                "answer_definition": self.answer_definition,
                "answer": pack(sealed),
            }
        )

    @classmethod
    def from_json(cls, text: str, unseal: Seal) -> "ReleasingMessage":
        """Raises MalformedDocument; EnvelopeRefused, which is one, where the answer is not this transaction's."""
        fields = Fields.parse(text, "releasing message")
        transaction_id = fields.text("transaction_id")
        sealed = unpack(fields.text("answer"), "releasing message.answer")
        return cls(
            transaction_id,
            fields.whole_number("epoch"),
            _ending(fields),
            read_reason(fields),
            tuple(PaymentOutcome.read(each) for each in fields.sections("payments")),
            fields.text_or_none("message_definition"),
            fields.text("answer_definition"),
            unseal(EnvelopeContext(transaction_id, Purpose.OUTGOING), sealed),
            sealed,
        )


@dataclass(frozen=True, slots=True)
class Notification:
    """What subscribers of the notification topic get when a transaction ends. Never a payload."""

    transaction_id: str
    status: TransactionStatus
    region: str
    participant: str
    at: datetime

    @classmethod
    def of_end(cls, transaction: Transaction) -> "Notification":
        """What is told of a transaction that has ended, whoever ended it."""
        return cls(
            transaction_id=transaction.transaction_id,
            status=transaction.status,
            region=transaction.owner_region,
            participant=transaction.participant,
            # The step, not updated_at: a message refused since then has touched the record.
            at=transaction.history[-1].at,
        )

    @classmethod
    def read(cls, fields: Fields) -> "Notification":
        """From a document's fields. Raises MalformedDocument."""
        return cls(
            transaction_id=fields.text("transaction_id"),
            status=fields.choice("status", TransactionStatus),
            region=fields.text("region"),
            participant=fields.text("participant"),
            at=fields.instant("at"),
        )

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {
            "transaction_id": self.transaction_id,
            "status": self.status,
            "region": self.region,
            "participant": self.participant,
            "at": instant_text(self.at),
        }

    def to_json(self) -> str:
        """One JSON object."""
        return _compact(self.document())


def _ending(fields: Fields) -> TransactionStatus:
    status = fields.choice("status", TransactionStatus)
    if status not in ANSWERED_STATUSES:
        raise MalformedDocument(f"{fields.place}.status: expected one of {', '.join(sorted(ANSWERED_STATUSES))}")
    return status


def _compact(document: dict[str, JsonValue]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
