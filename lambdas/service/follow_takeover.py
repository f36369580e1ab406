"""What a Region has taken over, and now does as the client chose: go on with it, or give it up."""

from dataclasses import dataclass

from lambdas.core.lifecycle import FailoverChoice
from lambdas.core.messages import ProcessingMessage
from lambdas.core.transaction import Transaction
from lambdas.service.give_up import GiveUp
from lambdas.service.ports import MessageQueue, Takeovers, TransactionStore, UnexpectedState
from lambdas.service.takeover_outcome import TakeoverOutcome
from lambdas.service.tell_end import TellEnd


@dataclass(frozen=True, slots=True)
class FollowTakeover:
    """The use case, in the Region that took it over. Safe to repeat from any point.

    It leaves the list of what is taken over last: should anything before fail, the next tick finds it there.
    """

    transactions: TransactionStore
    takeovers: Takeovers
    processing: MessageQueue
    give_up: GiveUp
    tell: TellEnd
    region: str

    def listed(self, transaction_id: str) -> TakeoverOutcome:
        """Of the list of what is taken over."""
        transaction = self.transactions.find(transaction_id)
        if transaction is None:
            raise UnexpectedState("a transaction is listed as taken over and is not on record")
        return self(transaction)

    def __call__(self, transaction: Transaction) -> TakeoverOutcome:
        """The transaction as it was loaded."""
        if transaction.ended:
            if not transaction.listed:
                return TakeoverOutcome.ALREADY_ENDED
            self.tell(transaction, listed=True)
            return TakeoverOutcome.TOLD_AGAIN
        if transaction.owner_region != self.region or not transaction.takeovers:
            return TakeoverOutcome.FENCED
        if transaction.on_failover is FailoverChoice.CANCEL:
            given_up = self.give_up(transaction, transaction.takeovers[-1])
            if given_up is not None:
                return given_up
        return self._go_on(transaction)

    def _go_on(self, transaction: Transaction) -> TakeoverOutcome:
        onward = ProcessingMessage.of(transaction)
        if onward is not None:
            self.processing.send(
                onward.to_json(), group_id=transaction.transaction_id, deduplication_id=onward.deduplication_id
            )
        self.takeovers.list_as_open(transaction)
        # Without a message it stays open: the message may be on a queue of the lost Region, and can be sent again here.
        return TakeoverOutcome.AWAITS_MESSAGE if onward is None else TakeoverOutcome.REDRIVEN
