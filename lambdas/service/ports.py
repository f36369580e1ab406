"""What the use cases need of the world. Adapters provide it; tests provide fakes that keep the same promises."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from lambdas.core.audit.event import AuditEvent
from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.deadlines import Position, Tick
from lambdas.core.durability import Copies
from lambdas.core.envelope import EnvelopeContext
from lambdas.core.events import PaymentEvent
from lambdas.core.health import CheckName, CheckResult, RegionHealth
from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.ledger.cancellations import Cancellation, CancellationDecision
from lambdas.core.ledger.decisions import Decision
from lambdas.core.ledger.orders import CancellationOrder, ReturnOrder, TransferOrder
from lambdas.core.ledger.transfer import TransferState
from lambdas.core.messages import Notification
from lambdas.core.payload import Payload
from lambdas.core.readiness import Standing
from lambdas.core.recovery import Beat, RegionRecord, Watch
from lambdas.core.steps import Step
from lambdas.core.transaction import MessageReference, RefusedMessage, Takeover, Transaction


class PayloadUnavailable(Exception):
    """A payload that should be there cannot be read from any Region (yet)."""


class PayloadCorrupted(Exception):
    """A payload was read whose sha256 is not the one on record."""


class PayloadNotStored(Exception):
    """A Region's store did not take a payload in the time there is."""


class NotSent(Exception):
    """A queue did not take all that it was sent."""


class StreamUnavailable(Exception):
    """The event stream did not acknowledge an event in the time there is; it may have it all the same."""


class ConcurrentChange(Exception):
    """Someone else changed the transaction between load and commit: try again from the start."""


class UnexpectedState(Exception):
    """A message came for a transaction that is not there, or in a state that nothing explains."""


class LedgerUnavailable(Exception):
    """The ledger did not take a transaction, now: too many conflicts, or no connection."""


class NothingReserved(Exception):
    """A transaction is to be posted that the ledger has no reservation of."""


class AuditUnavailable(Exception):
    """The audit chain did not take an event: what was to be audited must not happen."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """The step was taken; the transaction as it is after it."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Refused:
    """The step was not taken; the transaction as the write found it, None if there is none."""

    transaction: Transaction | None


@dataclass(frozen=True, slots=True)
class OverduePage:
    """Some of a list's overdue transactions; `last` says where to go on, None at the list's end."""

    positions: tuple[Position, ...]
    last: Position | None


class TransactionStore(Protocol):
    """The transactions table."""

    def open(self, transaction: Transaction) -> bool:
        """Record a new transaction; False if its id is taken (by another: this very one again is True)."""

    def find(self, transaction_id: str) -> Transaction | None:
        """The transaction as it is now (strongly consistent), None if there is none."""

    def advance(self, step: Step) -> Advanced | Refused:
        """Take the step in one conditional write."""

    def note_refused_message(self, loaded: Transaction, refused: RefusedMessage) -> None:
        """Add to refused_messages, unless that list changed since `loaded`: then raise ConcurrentChange."""

    def unlist(self, transaction_id: str) -> None:
        """Take a transaction that has ended off the list of open ones; once more is once."""

    def list_for_copy(self, transaction: Transaction) -> None:
        """Put a transaction that has ended on its Region's list of those that await a copy, and off any other."""

    def note_copies(self, loaded: Transaction, copies: Copies, at: datetime) -> None:
        """Record where the message of a transaction that has ended is stored, and take it off its list."""


class OverdueTransactions(Protocol):
    """The lists of transactions, by deadline. They may lag behind: what they say is where to look, no more."""

    def page(self, shard: str, *, before: datetime, after: Position | None) -> OverduePage:
        """The next ones of a list whose deadline is before that moment, the longest overdue first."""


class Takeovers(Protocol):
    """The transactions table, as the taking over of a lost Region's transactions needs it."""

    def take(self, loaded: Transaction, takeover: Takeover, deadline: datetime) -> Advanced | Refused:
        """Make an open transaction another Region's, and put it on that one's list of what is taken over."""

    def list_as_open(self, transaction: Transaction) -> None:
        """From the list of what is taken over to that of what is open; nothing where it is not on the former."""


class Regions(Protocol):
    """The leadership table: strongly consistent in both Regions, and written with a quorum or not at all."""

    def find(self, region: str) -> RegionRecord | None:
        """What is known of a Region, None where it was never heard of."""

    def open(self, record: RegionRecord) -> None:
        """Record a Region that is heard of for the first time; nothing where it is on record."""

    def beat(self, loaded: RegionRecord, beat: Beat, watch: Watch) -> RegionRecord | None:
        """Record a Region's own word, and give the record after that; None where another tick was faster."""

    def take_lead(self, loaded: RegionRecord, taken: RegionRecord) -> bool:
        """Take the lead for a Region; False where anything was heard of it, or changed, since `loaded`."""


class TickQueue(Protocol):
    """The queue of ticks."""

    def send(self, ticks: Sequence[tuple[Tick, int]]) -> None:
        """Put ticks on the queue, each to arrive after its delay in seconds (0 to 900); at most ten. Raises NotSent."""


class PayloadStore(Protocol):
    """Payloads by key. The key names the content, so that putting twice is the same as once."""

    def put(self, payload: Payload) -> None:
        """Store in this Region."""

    def put_everywhere(self, payload: Payload) -> Copies:
        """Store in every Region; returns only when each has it, raises otherwise (PayloadNotStored: not in time)."""

    def put_available(self, payload: Payload) -> Copies:
        """Store in every Region that takes it without keeping the others waiting; raises only if none does.

        One that is named as missing may have it all the same, or get it later.
        """

    def get(self, key: str, sha256: str) -> bytes:
        """The content, from this Region or else another; raises PayloadUnavailable, PayloadCorrupted."""

    def complete(self, message: MessageReference, region: str) -> bool:
        """Have a Region store a message that another one has; True where it did not yet. Raises like `get`."""


class Envelopes(Protocol):
    """Payloads sealed for what they are. Where the keys cannot be asked for, both raise, and nothing is released."""

    def seal(self, context: EnvelopeContext, content: bytes) -> bytes:
        """The sealed form; another one at every call."""

    def open(self, context: EnvelopeContext, sealed: bytes) -> bytes:
        """What is in it. Raises EnvelopeRefused where it was sealed for something else, or touched."""


class MessageQueue(Protocol):
    """A FIFO queue."""

    def send(self, body: str, *, group_id: str, deduplication_id: str) -> None:
        """Put JSON text on the queue: in order within its group, once per deduplication id in five minutes."""


class Notifier(Protocol):
    """Tells subscribers, at least once."""

    def publish(self, notification: Notification) -> None:
        """Publish that a transaction ended."""


class EventStream(Protocol):
    """A Region's event stream."""

    def publish(self, event: PaymentEvent) -> None:
        """Append an event; returns when the stream holds it for good. Raises StreamUnavailable."""


class Claim(StrEnum):
    """What whoever asks for an event is told."""

    GIVEN = "given"
    TAKEN = "taken"
    PUBLISHED = "published"


class PublishedEvents(Protocol):
    """What a Region's stream is known to hold, for as long as an event may come again; and who publishes what now."""

    def claim(self, event_id: str, at: datetime) -> Claim:
        """Ask for an event, for as long as an invocation can last at most. One of several at a time gets it."""

    def give_up(self, event_id: str, at: datetime) -> None:
        """Give one's claim up: the event is for whoever asks next."""

    def note(self, event_id: str, at: datetime) -> None:
        """Remember that the stream holds the event; once more is once. It ends the claim."""


class OppositeQueue(Protocol):
    """The queue of payment events of the opposite Region."""

    def send(self, event: PaymentEvent) -> None:
        """Put an event on it, at least once."""


class Ledger(Protocol):
    """Money. Each method is one atomic change, idempotent by transaction id; each raises LedgerUnavailable.

    Whoever ends a transaction asks the ledger first and follows its word: posted, voided or cancelled is decided there,
    once.
    """

    def reserve(self, transaction_id: str, orders: Sequence[TransferOrder]) -> tuple[Decision, ...] | None:
        """Hold the funds of each payment that can be paid; the same decisions at every repetition.

        None when the transaction is voided or cancelled: then nothing is held, and whoever did that ends it.
        """

    def reserve_returns(self, transaction_id: str, orders: Sequence[ReturnOrder]) -> tuple[Decision, ...] | None:
        """As `reserve`, for payments that give back others: each settled payment is given back once."""

    def post(self, transaction_id: str) -> TransferState:
        """Move what is reserved: POSTED, at every repetition too, or VOIDED or CANCELLED where that came first.

        Raises NothingReserved.
        """

    def void(self, transaction_id: str) -> TransferState:
        """Free what is reserved, and let nothing be reserved later: VOIDED, or what came first: POSTED, CANCELLED."""

    def bearers(self, identities: Collection[str]) -> frozenset[str]:
        """The transactions whose payments bear one of these references, now."""

    def cancel(
        self, transaction_id: str, orders: Sequence[CancellationOrder], permitted: Collection[str]
    ) -> tuple[CancellationDecision, ...] | None:
        """Cancel what is still reserved, each transaction as a whole; the same decisions at every repetition.

        transaction_id: the request's own. permitted: the transactions that it may cancel; others it is told nothing of.
        Where anything is cancelled, the request itself is POSTED with it. None when the request is voided: then
        nothing is cancelled, and whoever voided it ends it.
        """

    def cancellation(self, transaction_id: str) -> Cancellation | None:
        """How a transaction was cancelled; None where it was not."""


class Codec(Protocol):
    """ISO 20022 messages."""

    def assess(self, body: bytes, *, content_type: str, message_type: str | None, today: date) -> Assessment:
        """Judge a message; bad input is a rejection, never an exception."""

    def answer(self, assessment: Assessment, *, answer_id: str, created_at: datetime) -> bytes:
        """The answer as valid XML; the same bytes for the same arguments."""

    def answer_definition(self, assessment: Assessment) -> str:
        """The answer's message definition, e.g. `pacs.002.001.10`."""


class AnswerCodec(Protocol):
    """Other forms of an answer."""

    def to_json(self, xml: bytes) -> bytes:
        """The JSON form of a message."""


class HealthChecks(Protocol):
    """The checks of one Region."""

    def run(self) -> Mapping[CheckName, CheckResult]:
        """Each once, within a time that is fixed; never raises: what fails or is late says so."""


class RegionHealthSource(Protocol):
    """The health of one Region as it is seen from here: of this one, or of the opposite one."""

    def __call__(self) -> RegionHealth:
        """As of now; never raises: of a Region that cannot be asked no check is well."""


class StandingSource(Protocol):
    """Who carries a Region's transactions."""

    def begin(self) -> Callable[[], Standing]:
        """Start to find out; what is given tells what is known by then, and never raises."""


class AuditTrail(Protocol):
    """The audit chain of this Region."""

    def append(self, event: AuditEvent) -> None:
        """Put an event on record. When it returns, the event is durable and chained. Raises AuditUnavailable."""


class AuditRecords(Protocol):
    """What the audit chain of this Region holds, strongly consistent."""

    def from_sequence(self, first: int) -> Iterable[Sequence[str]]:
        """The records' texts from a sequence number on, page by page, in their order."""


class AuditHeads(Protocol):
    """The signed heads of this Region's chain, kept in the opposite Region. Nobody can change or delete one there."""

    def latest(self) -> SignedHead | None:
        """The one of the highest place, None where there is none yet; raises MalformedDocument where it is no head."""

    def keep(self, head: SignedHead) -> None:
        """Keep one; once more is once."""


class HeadSigner(Protocol):
    """The audit key."""

    def sign(self, head: AuditHead) -> SignedHead:
        """Sign a head."""

    def verifies(self, head: SignedHead) -> bool:
        """Whether the signature is the key's."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """This moment: UTC, whole milliseconds, which is what the hub records."""


class IdSource(Protocol):
    """Randomness."""

    def new_transaction_id(self) -> str:
        """A fresh UUID version 4, canonical lower case."""
