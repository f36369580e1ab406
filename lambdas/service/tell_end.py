"""Subscribers told of a transaction's end, and the lists that the transaction leaves, or comes on, with that."""

from dataclasses import dataclass

from lambdas.core.messages import Notification
from lambdas.core.transaction import Transaction
from lambdas.service.ports import Notifier, TransactionStore


@dataclass(frozen=True, slots=True)
class TellEnd:
    """The last thing done for a transaction, whoever ended it. Safe to repeat."""

    notifier: Notifier
    transactions: TransactionStore

    def __call__(self, transaction: Transaction, *, listed: bool) -> None:
        """Tell; only then does it leave the list of open ones, where it is listed there: until then a tick finds it.

        What awaits a copy of its message comes on the list of those, in place of that one.
        """
        self.notifier.publish(Notification.of_end(transaction))
        if transaction.awaits_copy:
            self.transactions.list_for_copy(transaction)
        elif listed:
            self.transactions.unlist(transaction.transaction_id)
