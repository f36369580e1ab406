"""GET /messages: the answer to a client's message."""

from dataclasses import dataclass

from lambdas.core.lifecycle import TransactionStatus
from lambdas.service.ports import PayloadStore, TransactionStore, UnexpectedState
from lambdas.service.read_transaction import NotFound


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer message, as the XML that was released."""

    xml: bytes


@dataclass(frozen=True, slots=True)
class StillOpen:
    """There is no answer yet; the status now."""

    status: TransactionStatus


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """The use case. Reading changes nothing: an answer can be read as often as a client likes."""

    transactions: TransactionStore
    payloads: PayloadStore

    def __call__(self, *, participant: str, transaction_id: str) -> Answer | StillOpen | NotFound:
        """Raises UnexpectedState where a transaction ended without an answer, and the payload store's errors."""
        transaction = self.transactions.find(transaction_id)
        if transaction is None or transaction.participant != participant:
            return NotFound()
        if not transaction.ended:
            return StillOpen(transaction.status)
        if transaction.answer is None:
            raise UnexpectedState("the transaction ended and has no answer")
        return Answer(self.payloads.get(transaction.answer.key, transaction.answer.sha256))
