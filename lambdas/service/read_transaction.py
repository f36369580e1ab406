"""GET /transactions/{id}: what became of a client's transaction."""

from dataclasses import dataclass

from lambdas.core.transaction import Transaction
from lambdas.service.ports import TransactionStore


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such transaction, or another participant's: the two cannot be told apart from outside."""


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    """The use case."""

    transactions: TransactionStore

    def __call__(self, *, participant: str, transaction_id: str) -> Transaction | NotFound:
        """The participant's transaction as it is now."""
        transaction = self.transactions.find(transaction_id)
        if transaction is None or transaction.participant != participant:
            return NotFound()
        return transaction
