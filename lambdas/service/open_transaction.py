"""POST /transactions: give a client's payment message an id."""

from dataclasses import dataclass
from datetime import timedelta

from lambdas.core.lifecycle import FailoverChoice, TransactionStatus
from lambdas.core.transaction import HistoryEntry, Transaction
from lambdas.service.ports import Clock, IdSource, TransactionStore

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """The new transaction, in ACCP."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class NoFreeId:
    """Every id that was tried is taken."""


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """The use case, in one Region; deadline_seconds is how long a transaction may stay open."""

    transactions: TransactionStore
    clock: Clock
    ids: IdSource
    region: str
    deadline_seconds: int

    def __call__(self, *, participant: str, on_failover: FailoverChoice) -> Opened | NoFreeId:
        """Record a new transaction of the participant; up to three ids are tried."""
        for _ in range(_TRIES):
            transaction = self._new(participant, on_failover)
            if self.transactions.open(transaction):
                return Opened(transaction)
        return NoFreeId()

    def _new(self, participant: str, on_failover: FailoverChoice) -> Transaction:
        now = self.clock.now()
        return Transaction(
            transaction_id=self.ids.new_transaction_id(),
            participant=participant,
            status=TransactionStatus.ACCP,
            owner_region=self.region,
            epoch=1,
            created_at=now,
            updated_at=now,
            deadline=now + timedelta(seconds=self.deadline_seconds),
            on_failover=on_failover,
            history=(HistoryEntry(TransactionStatus.ACCP, None, now, self.region),),
        )
