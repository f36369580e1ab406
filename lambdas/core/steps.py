"""A step of a transaction: what it asks of the recorded state, and what it adds to it."""

from dataclasses import dataclass
from datetime import datetime

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.lifecycle import TERMINAL_STATUSES, TransactionStatus, require_transition
from lambdas.core.transaction import AnswerReference, HistoryEntry, MessageReference, PaymentOutcome


@dataclass(frozen=True, slots=True)
class Step:
    """One conditional write: taken if the recorded transaction is as expected, refused otherwise; never in part.

    Asked of the record: its status is one of `expected`, `owner` owns it (the acting `region`, unless `owner_region`
    names another), and, where they are not None, its epoch and participant are these and its deadline is past at
    `overdue_at`. Added to it: status, a history entry, and whatever
    of the rest is not None. A step to a terminal status takes the transaction off the list of open ones, unless
    `stays_listed`: then it is taken off once subscribers have been told. Raises IllegalTransition if the lifecycle does
    not list the step.
    """

    transaction_id: str
    expected: frozenset[TransactionStatus]
    status: TransactionStatus
    at: datetime
    region: str
    epoch: int | None = None
    participant: str | None = None
    reason: Reason | None = None
    message: MessageReference | None = None
    message_definition: str | None = None
    payments: tuple[PaymentOutcome, ...] | None = None
    answer: AnswerReference | None = None
    deadline: datetime | None = None
    overdue_at: datetime | None = None
    stays_listed: bool = False
    owner_region: str | None = None

    def __post_init__(self) -> None:
        for current in self.expected:
            require_transition(current, self.status)

    @property
    def owner(self) -> str:
        """The Region that must own the transaction."""
        return self.owner_region or self.region

    @property
    def unlists(self) -> bool:
        """Whether the step takes the transaction off the list of open ones."""
        return self.status in TERMINAL_STATUSES and not self.stays_listed

    @property
    def entry(self) -> HistoryEntry:
        """What the step appends to the history."""
        return HistoryEntry(self.status, self.reason, self.at, self.region)
