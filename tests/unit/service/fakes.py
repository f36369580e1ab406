"""The world as the use cases see it, in memory, keeping the promises of the ports; and a hand that cuts its power."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from lambdas.core.deadlines import Position, Tick, copy_shard_of, shard_of
from lambdas.core.durability import Copies
from lambdas.core.envelope import EnvelopeContext, EnvelopeRefused
from lambdas.core.iso20022.assessment import Assessment, PaymentAssessment, Reason
from lambdas.core.iso20022.message import PaymentAgents
from lambdas.core.ledger.accounts import Account, AccountKey, participant_of
from lambdas.core.ledger.cancellations import (
    Cancellation,
    CancellationDecision,
    cancelled_transactions,
    decide_cancellations,
)
from lambdas.core.ledger.decisions import Allocation, Decision, Transfer, allocate
from lambdas.core.ledger.orders import CancellationOrder, ReturnOrder, TransferOrder
from lambdas.core.ledger.originals import Original
from lambdas.core.ledger.returns import completed, return_identity, reversals
from lambdas.core.ledger.transfer import NOTHING_WILL_MOVE, TransferState
from lambdas.core.lifecycle import FailoverChoice, TransactionStatus
from lambdas.core.messages import Notification
from lambdas.core.payload import Payload, content_sha256
from lambdas.core.steps import Step
from lambdas.core.transaction import HistoryEntry, MessageReference, RefusedMessage, Transaction
from lambdas.service.ports import (
    Advanced,
    ConcurrentChange,
    NothingReserved,
    OverduePage,
    PayloadCorrupted,
    PayloadNotStored,
    PayloadUnavailable,
    Refused,
)

REGION = "eu-west-1"
OTHER_REGION = "eu-west-2"
PARTICIPANT = "participant-a"
TRANSACTION_ID = "0b7f1c52-8a3d-4e6f-9b21-5d4c3b2a1908"
DEBTOR, CREDITOR = "TWRLGB2LXXX", "RAILFRPPXXX"
START = datetime(2026, 11, 3, 10, 15, 30, 123000, tzinfo=UTC)
CANCELLED_AT = START + timedelta(seconds=30)
"""By the ledger's clock, which stands still."""


class Killed(Exception):
    """The process ended here."""


@dataclass
class Power:
    """Counts effects on the world, and cuts the power before or after one of them, once."""

    cut_at: int | None = None
    cut_after: bool = False
    effects: int = 0

    def before(self) -> None:
        self.effects += 1
        if self.effects == self.cut_at and not self.cut_after:
            raise Killed

    def after(self) -> None:
        if self.effects == self.cut_at and self.cut_after:
            raise Killed


@dataclass
class FakeTransactions:
    """The table: every condition of a step is asked of the record, and a write is whole or not at all."""

    power: Power = field(default_factory=Power)
    items: dict[str, Transaction] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    """Those that are on no list of open ones."""
    awaiting: set[str] = field(default_factory=set)
    """Those that are on a list of those that await a copy."""
    after_find: list[Callable[[], object]] = field(default_factory=list)
    """What others do between a use case's load and its commit: one for each find, the last first."""

    def open(self, transaction: Transaction) -> bool:
        self.power.before()
        recorded = self.items.setdefault(transaction.transaction_id, transaction)
        self.power.after()
        return recorded == transaction

    def find(self, transaction_id: str) -> Transaction | None:
        found = self._seen(transaction_id)
        if self.after_find:
            self.after_find.pop()()
        return found

    def advance(self, step: Step) -> Advanced | Refused:
        self.power.before()
        current = self.items.get(step.transaction_id)
        if current is None or not _admits(step, current):
            return Refused(self._seen(step.transaction_id))
        self.items[step.transaction_id] = _after(step, current)
        if step.unlists:
            self.unlisted.add(step.transaction_id)
        self.power.after()
        return Advanced(replace(self.items[step.transaction_id], listed=not step.unlists))

    def _seen(self, transaction_id: str) -> Transaction | None:
        found = self.items.get(transaction_id)
        return None if found is None else replace(found, listed=transaction_id not in self.unlisted)

    def unlist(self, transaction_id: str) -> None:
        self.power.before()
        if not self.items[transaction_id].ended:
            raise ConcurrentChange("open")
        self.unlisted.add(transaction_id)
        self.awaiting.discard(transaction_id)
        self.power.after()

    def list_for_copy(self, transaction: Transaction) -> None:
        self.power.before()
        if not self.items[transaction.transaction_id].ended:
            raise ConcurrentChange("open")
        self.unlisted.add(transaction.transaction_id)
        self.awaiting.add(transaction.transaction_id)
        self.power.after()

    def note_copies(self, loaded: Transaction, copies: Copies, at: datetime) -> None:
        self.power.before()
        current = self.items[loaded.transaction_id]
        if not current.ended or current.message is None:
            raise ConcurrentChange("open")
        self.items[loaded.transaction_id] = replace(
            current, message=replace(current.message, copies=copies), updated_at=at
        )
        self.awaiting.discard(loaded.transaction_id)
        self.power.after()

    def note_refused_message(self, loaded: Transaction, refused: RefusedMessage) -> None:
        self.power.before()
        current = self.items[loaded.transaction_id]
        if current.participant != loaded.participant or len(current.refused_messages) != len(loaded.refused_messages):
            raise ConcurrentChange("changed")
        self.items[loaded.transaction_id] = replace(
            current, refused_messages=(*current.refused_messages, refused), updated_at=refused.at
        )
        self.power.after()


def _admits(step: Step, current: Transaction) -> bool:
    return (
        current.status in step.expected
        and current.owner_region == step.owner
        and step.epoch in (None, current.epoch)
        and step.participant in (None, current.participant)
        and (step.overdue_at is None or current.deadline < step.overdue_at)
    )


def _after(step: Step, current: Transaction) -> Transaction:
    message = step.message or current.message
    if message is not None and step.message_definition is not None:
        message = replace(message, definition=step.message_definition)
    return replace(
        current,
        status=step.status,
        updated_at=step.at,
        history=(*current.history, step.entry),
        reason=step.reason or current.reason,
        message=message,
        payments=current.payments if step.payments is None else step.payments,
        answer=step.answer or current.answer,
        deadline=step.deadline or current.deadline,
    )


@dataclass
class FakeOverdue:
    """The index over the table, as it would be if it were never late; `stale` are those that it still lists."""

    transactions: FakeTransactions
    page_items: int = 100
    stale: set[str] = field(default_factory=set)
    pages: int = 0

    def page(self, shard: str, *, before: datetime, after: Position | None) -> OverduePage:
        self.pages += 1
        listed = sorted(
            (each.deadline, each.transaction_id)
            for each in self.transactions.items.values()
            if shard == self._list_of(each)
            and each.deadline < before
            and (after is None or (each.deadline, each.transaction_id) > (after.deadline, after.transaction_id))
        )
        positions = tuple(Position(*each) for each in listed[: self.page_items])
        return OverduePage(positions, positions[-1] if len(listed) > self.page_items else None)

    def _list_of(self, transaction: Transaction) -> str | None:
        identity = transaction.transaction_id
        if identity in self.transactions.awaiting:
            return copy_shard_of(transaction.owner_region, identity)
        if identity not in self.transactions.unlisted or identity in self.stale:
            return shard_of(transaction.owner_region, identity)
        return None


@dataclass
class FakeTicks:
    """Every tick ever sent, with its delay."""

    sent: list[tuple[Tick, int]] = field(default_factory=list)

    def send(self, ticks: Sequence[tuple[Tick, int]]) -> None:
        self.sent += ticks


@dataclass
class FakePayloads:
    """One bucket for each Region; `region` is the own one. Those of Regions that are `down` neither take nor give."""

    power: Power = field(default_factory=Power)
    region: str = REGION
    buckets: dict[str, dict[str, Payload]] = field(default_factory=lambda: {REGION: {}, OTHER_REGION: {}})
    down: set[str] = field(default_factory=set)

    def put(self, payload: Payload) -> None:
        self._put(self.region, payload)

    def put_everywhere(self, payload: Payload) -> Copies:
        for region in self.buckets:
            self._put(region, payload)
        return Copies(tuple(sorted(self.buckets)))

    def put_available(self, payload: Payload) -> Copies:
        up = sorted(self.buckets.keys() - self.down)
        if not up:
            raise PayloadNotStored(payload.key)
        for region in up:
            self._put(region, payload)
        return Copies(tuple(up), tuple(sorted(self.down)))

    def complete(self, message: MessageReference, region: str) -> bool:
        if region in self.down:
            raise PayloadUnavailable(region)
        if message.key in self.buckets[region]:
            return False
        body = self.get(message.key, message.sha256)
        self._put(region, Payload(message.key, message.content_type, body, message.sha256))
        return True

    def get(self, key: str, sha256: str) -> bytes:
        for region in sorted(self.buckets.keys() - self.down, key=lambda each: each != self.region):
            if key in self.buckets[region]:
                body = self.buckets[region][key].body
                if content_sha256(body) != sha256:
                    raise PayloadCorrupted(key)
                return body
        raise PayloadUnavailable(key)

    def _put(self, region: str, payload: Payload) -> None:
        self.power.before()
        if region in self.down:
            raise PayloadNotStored(region)
        self.buckets[region][payload.key] = payload
        self.power.after()


class FakeEnvelopes:
    """Seals by naming what it is sealed for; nothing is hidden."""

    def seal(self, context: EnvelopeContext, content: bytes) -> bytes:
        return f"{context.transaction_id}/{context.purpose}:".encode() + content

    def open(self, context: EnvelopeContext, sealed: bytes) -> bytes:
        named = self.seal(context, b"")
        if not sealed.startswith(named):
            raise EnvelopeRefused("envelope: expected another")
        return sealed.removeprefix(named)


ENVELOPES = FakeEnvelopes()


@dataclass
class FakeQueue:
    """Every message ever sent, and what a FIFO queue would deliver of them within its five minutes."""

    power: Power = field(default_factory=Power)
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, body: str, *, group_id: str, deduplication_id: str) -> None:
        self.power.before()
        self.sent.append((body, group_id, deduplication_id))
        self.power.after()

    @property
    def delivered(self) -> list[str]:
        first: dict[str, str] = {}
        for body, _, deduplication_id in self.sent:
            first.setdefault(deduplication_id, body)
        return list(first.values())


@dataclass
class FakeNotifier:
    """Every notification."""

    power: Power = field(default_factory=Power)
    published: list[Notification] = field(default_factory=list)

    def publish(self, notification: Notification) -> None:
        self.power.before()
        self.published.append(notification)
        self.power.after()


@dataclass
class TickingClock:
    """A second later at every look."""

    moment: datetime = START

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class ListedIds:
    """Ids in the order given."""

    ids: list[str]

    def new_transaction_id(self) -> str:
        return self.ids.pop(0)


class FakeLedger:
    """The ledger in memory, by the same rules as the real one: `accounts` may be given other caps."""

    def __init__(self, power: Power | None = None) -> None:
        self.power = power or Power()
        self.accounts = {
            (bank, "EUR"): Account(bank, "EUR", 1_000_000)
            for bank in (participant_of(DEBTOR), participant_of(CREDITOR))
        }
        self.states: dict[str, TransferState] = {}
        self.reserved: dict[str, Allocation] = {}
        self.taken: dict[str, str] = {}
        self.requests: dict[str, tuple[CancellationDecision, ...]] = {}
        self.cancellations: dict[str, Cancellation] = {}

    def reserve(self, transaction_id: str, orders: Sequence[TransferOrder]) -> tuple[Decision, ...] | None:
        return self._reserve(transaction_id, lambda: allocate(orders, accounts=self.accounts, taken=self.taken))

    def reserve_returns(self, transaction_id: str, orders: Sequence[ReturnOrder]) -> tuple[Decision, ...] | None:
        def allocation() -> Allocation:
            reversed_ = reversals(orders, self._originals(self.reserved))
            return completed(allocate(reversed_.orders, accounts=self.accounts, taken=()), reversed_.refused)

        return self._reserve(transaction_id, allocation)

    def post(self, transaction_id: str) -> TransferState:
        if transaction_id not in self.states:
            raise NothingReserved(transaction_id)
        return self._end(transaction_id, TransferState.POSTED)

    def void(self, transaction_id: str) -> TransferState:
        return self._end(transaction_id, TransferState.VOIDED)

    def bearers(self, identities: Collection[str]) -> frozenset[str]:
        return frozenset(self.taken[identity] for identity in identities if identity in self.taken)

    def cancel(
        self, transaction_id: str, orders: Sequence[CancellationOrder], permitted: Collection[str]
    ) -> tuple[CancellationDecision, ...] | None:
        self.power.before()
        if self.states.get(transaction_id) is TransferState.VOIDED:
            return None
        if transaction_id not in self.requests:
            decisions = decide_cancellations(orders, self._originals(permitted))
            cancelled = cancelled_transactions(decisions)
            self.requests[transaction_id] = decisions
            self.states[transaction_id] = TransferState.POSTED if cancelled else TransferState.RESERVED
            for each in cancelled:
                self._free(each)
                self.states[each] = TransferState.CANCELLED
                self.cancellations[each] = Cancellation(self.reserved[each].decisions, transaction_id, CANCELLED_AT)
        self.power.after()
        return self.requests[transaction_id]

    def cancellation(self, transaction_id: str) -> Cancellation | None:
        return self.cancellations.get(transaction_id)

    def _reserve(self, transaction_id: str, allocation_of: Callable[[], Allocation]) -> tuple[Decision, ...] | None:
        self.power.before()
        if self.states.get(transaction_id) in NOTHING_WILL_MOVE:
            return None
        if transaction_id not in self.states:
            allocation = allocation_of()
            self.states[transaction_id] = TransferState.RESERVED
            self.reserved[transaction_id] = allocation
            for transfer in allocation.transfers:
                self._change(transfer.debtor_account, 0, transfer.amount_minor)
                self.taken.update(dict.fromkeys(transfer.identities, transaction_id))
        self.power.after()
        return self.reserved[transaction_id].decisions

    def _end(self, transaction_id: str, ending: TransferState) -> TransferState:
        self.power.before()
        if self.states.get(transaction_id, TransferState.RESERVED) is TransferState.RESERVED:
            for transfer in self._free(transaction_id):
                moved = transfer.amount_minor if ending is TransferState.POSTED else 0
                self._change(transfer.debtor_account, -moved, 0)
                self._change(transfer.creditor_account, moved, 0)
                for identity in transfer.identities if ending is TransferState.VOIDED else ():
                    del self.taken[identity]
            self.states[transaction_id] = ending
        self.power.after()
        return self.states[transaction_id]

    def _free(self, transaction_id: str) -> tuple[Transfer, ...]:
        transfers = self.reserved.get(transaction_id, Allocation((), ())).transfers
        for transfer in transfers:
            self._change(transfer.debtor_account, 0, -transfer.amount_minor)
        return transfers

    def _originals(self, transaction_ids: Iterable[str]) -> list[Original]:
        return [
            Original(each, transfer, self.states[each], return_identity(each, transfer.position) in self.taken)
            for each in transaction_ids
            if each in self.reserved and self.states[each] is not TransferState.VOIDED
            for transfer in self.reserved[each].transfers
        ]

    def _change(self, key: AccountKey, balance_minor: int, reserved_minor: int) -> None:
        account = self.accounts[key]
        self.accounts[key] = replace(
            account,
            balance_minor=account.balance_minor + balance_minor,
            reserved_minor=account.reserved_minor + reserved_minor,
        )

    @property
    def balances(self) -> tuple[int, int]:
        """Of debtor and creditor, in minor units."""
        debtor, creditor = self.accounts.values()
        return debtor.balance_minor, creditor.balance_minor


class FakeCodec:
    """Every word of the body is a payment of 10.00 EUR, good if it says so (`good` or `good:uetr`).

    A body of `cancel:uetr` asks to cancel payments, one of `return:uetr` returns them. The answer says all that it
    depends on.
    """

    def assess(self, body: bytes, *, content_type: str, message_type: str | None, today: date) -> Assessment:
        del content_type, message_type
        payments = tuple(_payment(word) for word in body.decode().split())
        first = next((payment.reason for payment in payments), None)
        definition = _DEFINITIONS.get(body.decode().partition(":")[0], "pacs.008.001.08")
        return Assessment(
            definition=definition,
            claimed_definition=definition,
            message_id="M1",
            created_at=today.isoformat(),
            number_of_transactions=None,
            control_sum=None,
            instructing_agent=None,
            instructed_agent=None,
            header=None,
            reason=None if any(payment.accepted for payment in payments) else first,
            reasons=(),
            payments=payments,
        )

    def answer(self, assessment: Assessment, *, answer_id: str, created_at: datetime) -> bytes:
        payments = [(each.status, each.reason and str(each.reason.code)) for each in assessment.payments]
        return (
            f"<answer {answer_id} {created_at.isoformat()} {assessment.created_at} {assessment.group_status} "
            f"{payments}/>".encode()
        )

    def answer_definition(self, assessment: Assessment) -> str:
        return "camt.029.001.09" if assessment.definition == "camt.056.001.08" else "pacs.002.001.10"

    def to_json(self, xml: bytes) -> bytes:
        return b'{"Document": ' + str(len(xml)).encode() + b"}"


_DEFINITIONS = {"cancel": "camt.056.001.08", "return": "pacs.004.001.09"}


def _payment(word: str) -> PaymentAssessment:
    kind = word.partition(":")[0]
    good = kind in ("good", *_DEFINITIONS)
    reason = None if good else Reason("AC01", "Document/CdtrAcct", "expected an IBAN")
    agents = PaymentAgents(CREDITOR) if kind == "return" else PaymentAgents(DEBTOR, DEBTOR, CREDITOR)
    uetr = word.partition(":")[2] or None
    return PaymentAssessment(
        None, f"E2E-{word}", None, uetr, "10.00", "EUR", good, reason, path="Document/CdtTrfTxInf", agents=agents
    )


def opened(
    *, transaction_id: str = TRANSACTION_ID, participant: str = PARTICIPANT, owner_region: str = REGION, epoch: int = 1
) -> Transaction:
    """A transaction in ACCP."""
    return Transaction(
        transaction_id=transaction_id,
        participant=participant,
        status=TransactionStatus.ACCP,
        owner_region=owner_region,
        epoch=epoch,
        created_at=START,
        updated_at=START,
        deadline=START + timedelta(seconds=60),
        on_failover=FailoverChoice.REDRIVE,
        history=(HistoryEntry(TransactionStatus.ACCP, None, START, owner_region),),
    )
