"""A request to cancel payments: those of its own participant, and only what the ledger has not moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.iso20022.cancellation_codes import CancellationCode
from lambdas.core.ledger.cancellations import CancellationDecision, CancellationRefusal, cancelled_transactions
from lambdas.core.ledger.orders import CancellationOrder
from lambdas.core.transaction import Transaction
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.ports import Ledger, TransactionStore, UnexpectedState
from lambdas.service.settlement import cancellation_orders, refused

_REASONS: Mapping[CancellationRefusal, tuple[str, str]] = {
    CancellationRefusal.NO_ORIGINAL: (
        CancellationCode.NO_ORIGINAL,
        "a payment is named by its UETR, or by assigner, message id and transaction id; you sent none with these",
    ),
    CancellationRefusal.AMBIGUOUS_ORIGINAL: (
        CancellationCode.NARRATIVE,
        "UETR, and instructing agent with message and transaction id, name the same payment; these name two",
    ),
    CancellationRefusal.AMOUNT_DIFFERS: (
        CancellationCode.NARRATIVE,
        "the amount is that of the payment, or is left out; this one differs",
    ),
    CancellationRefusal.SETTLED: (
        CancellationCode.PASSED_ON,
        "what is still open can be cancelled; this payment has settled, its creditor agent can return it (pacs.004)",
    ),
    CancellationRefusal.RETURNED: (
        CancellationCode.ALREADY_RETURNED,
        "what is still open can be cancelled; this payment has settled, and its return is under way or done",
    ),
    CancellationRefusal.CANCELLED_BEFORE: (
        CancellationCode.NARRATIVE,
        "a payment is cancelled once; this one was cancelled by an earlier request",
    ),
    CancellationRefusal.NOT_AS_A_WHOLE: (
        CancellationCode.NARRATIVE,
        "the payments of a message are cancelled together; name every one of them that is open, with its own amount",
    ),
}


@dataclass(frozen=True, slots=True)
class CancelPayments:
    """The part of processing that acts on a request to cancel, in one Region."""

    transactions: TransactionStore
    ledger: Ledger
    end: EndCancelled

    def __call__(self, transaction_id: str, assessment: Assessment) -> Assessment | None:
        """The assessment with what could not be cancelled refused; None where the request itself was voided.

        Safe to repeat from any point: the ledger says the same again, and what it cancelled is ended.
        """
        orders = cancellation_orders(assessment)
        decisions = self.ledger.cancel(transaction_id, orders, self._permitted(transaction_id, orders))
        if decisions is None:
            return None
        for cancelled in cancelled_transactions(decisions):
            self.end(self._recorded(cancelled))
        return refused(assessment, _reasons(decisions))

    def _permitted(self, transaction_id: str, orders: Sequence[CancellationOrder]) -> frozenset[str]:
        """The transactions of the same participant that the request names. Whose a transaction is never changes."""
        participant = self._recorded(transaction_id).participant
        named = self.ledger.bearers(tuple(identity for order in orders for identity in order.identities))
        found = (self.transactions.find(each) for each in sorted(named))
        return frozenset(each.transaction_id for each in found if each is not None and each.participant == participant)

    def _recorded(self, transaction_id: str) -> Transaction:
        transaction = self.transactions.find(transaction_id)
        if transaction is None:
            raise UnexpectedState("a transaction takes part in a cancellation and is not on record")
        return transaction


def _reasons(decisions: Sequence[CancellationDecision]) -> dict[int, tuple[str, str]]:
    return {each.position: _REASONS[each.refusal] for each in decisions if each.refusal is not None}
