"""A transaction as the hub records it, and its one JSON form (the table's item and the base of the API's answer)."""

from dataclasses import dataclass, field
from datetime import datetime

from lambdas.core.deadlines import lists_open
from lambdas.core.documents import Fields, JsonValue, instant_text
from lambdas.core.durability import UNRECORDED, Consistency, Copies
from lambdas.core.iso20022.assessment import PaymentAssessment, Reason
from lambdas.core.lifecycle import TERMINAL_STATUSES, FailoverChoice, TransactionStatus

OPEN_SHARD = "open_shard"
"""The attribute that lists a transaction in the index of open ones; what has ended has none, once that was told."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step of a transaction: which status, why (rejections only), when, and by which Region."""

    status: TransactionStatus
    reason: Reason | None
    at: datetime
    region: str

    def document(self) -> dict[str, JsonValue]:
        """JSON form, as GET /transactions/{id} shows it."""
        return {
            "status": self.status,
            "reason": reason_document(self.reason),
            "at": instant_text(self.at),
            "region": self.region,
        }

    @classmethod
    def read(cls, fields: Fields) -> "HistoryEntry":
        """From its JSON form; raises MalformedDocument."""
        return cls(
            fields.choice("status", TransactionStatus), read_reason(fields), fields.instant("at"), fields.text("region")
        )


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """What became of one payment of the message."""

    end_to_end_id: str | None
    uetr: str | None
    status: TransactionStatus
    reason: Reason | None

    def document(self) -> dict[str, JsonValue]:
        """JSON form, as GET /transactions/{id} shows it."""
        return {
            "end_to_end_id": self.end_to_end_id,
            "uetr": self.uetr,
            "status": self.status,
            "reason": reason_document(self.reason),
        }

    @classmethod
    def of(cls, payment: PaymentAssessment) -> "PaymentOutcome":
        """As the payment's assessment has it."""
        return cls(payment.end_to_end_id, payment.uetr, TransactionStatus(payment.status), payment.reason)

    @classmethod
    def read(cls, fields: Fields) -> "PaymentOutcome":
        """From its JSON form; raises MalformedDocument."""
        return cls(
            fields.text_or_none("end_to_end_id"),
            fields.text_or_none("uetr"),
            fields.choice("status", TransactionStatus),
            read_reason(fields),
        )


@dataclass(frozen=True, slots=True)
class MessageReference:
    """The transaction's message: where it is stored and what it is.

    definition: e.g. `pacs.008.001.08`, known once the message is assessed. message_type: what the client's
    X-Message-Type said. sha256: lower-case hex over the bytes as they were received. consistency: what the client asked
    for; copies: what it got.
    """

    key: str
    sha256: str
    content_type: str
    message_type: str | None
    definition: str | None = None
    consistency: Consistency = Consistency.BOTH
    copies: Copies = UNRECORDED

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {
            "key": self.key,
            "sha256": self.sha256,
            "content_type": self.content_type,
            "message_type": self.message_type,
            "definition": self.definition,
            "consistency": self.consistency,
            "copies": self.copies.document(),
        }

    @classmethod
    def read(cls, fields: Fields) -> "MessageReference":
        """From its JSON form; raises MalformedDocument."""
        return cls(
            fields.text("key"),
            fields.text("sha256"),
            fields.text("content_type"),
            fields.text_or_none("message_type"),
            fields.text_or_none("definition"),
            fields.choice_or("consistency", Consistency.BOTH),
            Copies.read(fields.section_or_none("copies")),
        )


@dataclass(frozen=True, slots=True)
class AnswerReference:
    """The transaction's answer (XML): where it is stored, what it is, and the sha256 (hex) of its bytes."""

    key: str
    sha256: str
    definition: str

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {"key": self.key, "sha256": self.sha256, "definition": self.definition}

    @classmethod
    def read(cls, fields: Fields) -> "AnswerReference":
        """From its JSON form; raises MalformedDocument."""
        return cls(fields.text("key"), fields.text("sha256"), fields.text("definition"))


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that came for the transaction and could not become its message; archived under its sha256."""

    sha256: str
    at: datetime
    text: str

    def document(self) -> dict[str, JsonValue]:
        """JSON form, as GET /transactions/{id} shows it."""
        return {"sha256": self.sha256, "at": instant_text(self.at), "text": self.text}

    @classmethod
    def read(cls, fields: Fields) -> "RefusedMessage":
        """From its JSON form; raises MalformedDocument."""
        return cls(fields.text("sha256"), fields.instant("at"), fields.text("text"))


@dataclass(frozen=True, slots=True)
class Takeover:
    """A lost Region's transaction went to another: from which to which, under which epoch from then on, and when."""

    from_region: str
    to_region: str
    epoch: int
    at: datetime

    def document(self) -> dict[str, JsonValue]:
        """JSON form, as GET /transactions/{id} shows it."""
        return {"from": self.from_region, "to": self.to_region, "epoch": self.epoch, "at": instant_text(self.at)}

    @classmethod
    def read(cls, fields: Fields) -> "Takeover":
        """From its JSON form; raises MalformedDocument."""
        return cls(fields.text("from"), fields.text("to"), fields.whole_number("epoch"), fields.instant("at"))


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: one item of the table, keyed by `transaction_id`.

    participant: whose it is, by the registered name, which is the same in every Region. owner_region: the one Region
    that may move it, but for a cancellation, which the ledger decides. epoch: the fencing token, raised by every
    takeover. Times are UTC, in whole milliseconds. listed: whether the record is on the list of open ones, as it is for
    a while after some ends; no part of what the transaction is.
    """

    transaction_id: str
    participant: str
    status: TransactionStatus
    owner_region: str
    epoch: int
    created_at: datetime
    updated_at: datetime
    deadline: datetime
    on_failover: FailoverChoice
    history: tuple[HistoryEntry, ...]
    reason: Reason | None = None
    payments: tuple[PaymentOutcome, ...] = ()
    message: MessageReference | None = None
    answer: AnswerReference | None = None
    refused_messages: tuple[RefusedMessage, ...] = ()
    takeovers: tuple[Takeover, ...] = ()
    listed: bool = field(default=False, compare=False)

    @property
    def ended(self) -> bool:
        """Whether its status is terminal."""
        return self.status in TERMINAL_STATUSES

    @property
    def awaits_copy(self) -> bool:
        """Whether its message is not known to be in every Region's store."""
        return self.message is not None and bool(self.message.copies.missing)

    @property
    def counted_from(self) -> datetime:
        """From when on its deadline counts: its opening, or the last takeover, which gives it its whole time again."""
        return self.takeovers[-1].at if self.takeovers else self.created_at

    def entered(self, status: TransactionStatus) -> datetime | None:
        """When it first got `status`; None if it never did."""
        return next((entry.at for entry in self.history if entry.status is status), None)

    def document(self) -> dict[str, JsonValue]:
        """JSON form of the whole item."""
        return {
            "transaction_id": self.transaction_id,
            "participant": self.participant,
            "status": self.status,
            "owner_region": self.owner_region,
            "epoch": self.epoch,
            "created_at": instant_text(self.created_at),
            "updated_at": instant_text(self.updated_at),
            "deadline": instant_text(self.deadline),
            "on_failover": self.on_failover,
            "history": [entry.document() for entry in self.history],
            "reason": reason_document(self.reason),
            "payments": [payment.document() for payment in self.payments],
            "message": None if self.message is None else self.message.document(),
            "answer": None if self.answer is None else self.answer.document(),
            "refused_messages": [refused.document() for refused in self.refused_messages],
            "takeovers": [takeover.document() for takeover in self.takeovers],
        }

    @classmethod
    def read(cls, fields: Fields) -> "Transaction":
        """From its JSON form; raises MalformedDocument."""
        message = fields.section_or_none("message")
        answer = fields.section_or_none("answer")
        return cls(
            transaction_id=fields.text("transaction_id"),
            participant=fields.text("participant"),
            status=fields.choice("status", TransactionStatus),
            owner_region=fields.text("owner_region"),
            epoch=fields.whole_number("epoch"),
            created_at=fields.instant("created_at"),
            updated_at=fields.instant("updated_at"),
            deadline=fields.instant("deadline"),
            on_failover=fields.choice("on_failover", FailoverChoice),
            history=tuple(HistoryEntry.read(each) for each in fields.sections("history")),
            reason=read_reason(fields),
            payments=tuple(PaymentOutcome.read(each) for each in fields.sections("payments")),
            message=None if message is None else MessageReference.read(message),
            answer=None if answer is None else AnswerReference.read(answer),
            refused_messages=tuple(RefusedMessage.read(each) for each in fields.sections("refused_messages")),
            takeovers=tuple(Takeover.read(each) for each in fields.sections_or_none("takeovers")),
            listed=lists_open(fields.text_or_none(OPEN_SHARD)),
        )


def reason_document(reason: Reason | None) -> dict[str, JsonValue] | None:
    """JSON form of a reason: `{"code", "path", "text"}` or None."""
    return None if reason is None else {"code": reason.code, "path": reason.path, "text": reason.text}


def read_reason(fields: Fields) -> Reason | None:
    """The `reason` of an object; raises MalformedDocument."""
    reason = fields.section_or_none("reason")
    if reason is None:
        return None
    return Reason(reason.text("code"), reason.text_or_none("path") or "", reason.text_or_none("text") or "")
