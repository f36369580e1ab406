"""A transaction of a lost Region: taken over under a raised epoch, then gone on with as its client chose."""

from dataclasses import dataclass

from lambdas.core.recovery import RegionRecord, may_be_taken
from lambdas.core.transaction import Takeover
from lambdas.service.follow_takeover import FollowTakeover
from lambdas.service.ports import Advanced, Clock, Takeovers, TransactionStore, UnexpectedState
from lambdas.service.takeover_outcome import TakeoverOutcome


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The use case, in the Region that leads."""

    transactions: TransactionStore
    takeovers: Takeovers
    follow: FollowTakeover
    clock: Clock
    region: str

    def __call__(self, transaction_id: str, lost: RegionRecord) -> TakeoverOutcome:
        """Safe to repeat from any point: what is taken has left the lost Region's lists, for this Region's own."""
        transaction = self.transactions.find(transaction_id)
        if transaction is None:
            raise UnexpectedState("a transaction is listed in a lost Region and is not on record")
        if transaction.ended:
            return self.follow(transaction)
        at = self.clock.now()
        if not may_be_taken(transaction, lost, at):
            return TakeoverOutcome.LEFT
        taken = self.takeovers.take(
            transaction,
            Takeover(lost.region, self.region, transaction.epoch + 1, at),
            # Its whole time again: what it had has passed while its Region could do nothing with it.
            deadline=at + (transaction.deadline - transaction.counted_from),
        )
        return self.follow(taken.transaction) if isinstance(taken, Advanced) else TakeoverOutcome.CHANGED
