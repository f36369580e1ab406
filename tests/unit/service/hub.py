"""The three use cases behind the queues, over one fake world."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambdas.core.durability import Consistency
from lambdas.core.messages import IncomingMessage, ProcessingMessage, ReleasingMessage
from lambdas.core.transaction import Transaction
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.complete_copies import CompleteCopies, CopyOutcome
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.decide_message import DecideMessage
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.process_message import ProcessingOutcome, ProcessMessage
from lambdas.service.record_incoming import IncomingOutcome, RecordIncoming
from lambdas.service.reject_overdue import RejectOverdue, TimeoutOutcome
from lambdas.service.release_answer import ReleaseAnswer, ReleasingOutcome
from tests.unit.service.fakes import (
    ENVELOPES,
    PARTICIPANT,
    REGION,
    TRANSACTION_ID,
    FakeCodec,
    FakeLedger,
    FakeNotifier,
    FakePayloads,
    FakeQueue,
    FakeTransactions,
    Power,
    TickingClock,
    opened,
)


@dataclass
class Hub:
    """One Region of the hub. Every fake shares the power; `region` may be changed to become the other Region."""

    power: Power = field(default_factory=Power)
    region: str = REGION
    deadlines: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.transactions = FakeTransactions(self.power)
        self.payloads = FakePayloads(self.power, self.region)
        self.ledger = FakeLedger(self.power)
        self.processing = FakeQueue(self.power)
        self.releasing = FakeQueue(self.power)
        self.notifier = FakeNotifier(self.power)
        self.clock = TickingClock()

    def open(self, transaction: Transaction | None = None) -> Transaction:
        """Put a transaction on record, in ACCP unless another is given."""
        transaction = transaction or opened(owner_region=self.region)
        self.transactions.items[transaction.transaction_id] = transaction
        return transaction

    def incoming(self, message: IncomingMessage) -> IncomingOutcome:
        """One delivery from the incoming queue."""
        return RecordIncoming(self.transactions, self.payloads, self.processing, self.clock, self.region)(message)

    def process(self, message: ProcessingMessage | None = None) -> ProcessingOutcome:
        """One delivery from the processing queue: by default of the last message on it."""
        return self.processor()(message or ProcessingMessage.from_json(self.processing.sent[-1][0]))

    def processor(self) -> ProcessMessage:
        """The use case behind the processing queue."""
        return ProcessMessage(
            self.transactions, self.decider(), self.releasing, ENVELOPES, self.clock, self.region, self.deadlines
        )

    def decider(self) -> DecideMessage:
        """What decides on a message and makes its answer."""
        cancel = CancelPayments(self.transactions, self.ledger, self.end_cancelled())
        return DecideMessage(self.payloads, FakeCodec(), self.ledger, cancel)

    def end_cancelled(self) -> EndCancelled:
        """What ends a cancelled transaction."""
        return EndCancelled(
            self.transactions, self.payloads, FakeCodec(), self.ledger, self.notifier, self.clock, self.region
        )

    def release(self, message: ReleasingMessage | None = None) -> ReleasingOutcome:
        """One delivery from the releasing queue: by default of the last message on it."""
        message = message or ReleasingMessage.from_json(self.releasing.sent[-1][0], ENVELOPES.open)
        return self.releaser()(message)

    def releaser(self, *, stays_listed: bool = False) -> ReleaseAnswer:
        """The use case behind the releasing queue."""
        return ReleaseAnswer(
            self.transactions,
            self.payloads,
            self.ledger,
            self.notifier,
            self.clock,
            self.region,
            stays_listed=stays_listed,
        )

    def time_out(self, transaction_id: str = TRANSACTION_ID) -> TimeoutOutcome:
        """One look at a transaction that is listed as overdue."""
        return RejectOverdue(
            self.transactions,
            self.payloads,
            FakeCodec(),
            self.ledger,
            self.notifier,
            self.clock,
            self.region,
            self.end_cancelled(),
            CompleteSettled(self.decider(), self.releaser(stays_listed=True)),
        )(transaction_id)

    def complete_copies(self, transaction_id: str = TRANSACTION_ID) -> CopyOutcome:
        """One look at a transaction that is listed as waiting for a copy."""
        return CompleteCopies(self.transactions, self.payloads, self.clock)(transaction_id)

    def record(self, transaction_id: str = TRANSACTION_ID) -> Transaction:
        """The transaction on record."""
        return self.transactions.items[transaction_id]

    def statuses(self, transaction_id: str = TRANSACTION_ID) -> list[str]:
        """The history's statuses."""
        return [entry.status.value for entry in self.record(transaction_id).history]

    def become(self, region: str) -> None:
        """Act as another Region from now on: with its bucket, and its own queues and subscribers."""
        self.region = region
        self.payloads.region = region
        self.processing, self.releasing = FakeQueue(self.power), FakeQueue(self.power)
        self.notifier = FakeNotifier(self.power)

    def keys(self, region: str, path: str) -> list[str]:
        """The keys of a Region's bucket under a path."""
        return [key for key in self.payloads.buckets[region] if key.startswith(f"{path}/")]


def message(
    body: bytes = b"good",
    *,
    participant: str = PARTICIPANT,
    transaction_id: str = TRANSACTION_ID,
    consistency: Consistency = Consistency.BOTH,
) -> IncomingMessage:
    """A message from a participant."""
    return IncomingMessage(transaction_id, participant, "application/xml", None, body, consistency)
