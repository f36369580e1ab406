"""A message's decision and its answer: assessed, and put to the ledger, which says the same at every repetition."""

from dataclasses import dataclass
from datetime import datetime

from lambdas.core.iso20022.assessment import Assessment
from lambdas.core.iso20022.definitions import family
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ReleasingMessage
from lambdas.core.payload import answer_id
from lambdas.core.transaction import MessageReference, PaymentOutcome
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.ports import Codec, Ledger, PayloadStore
from lambdas.service.settlement import return_orders, settled, transfer_orders


@dataclass(frozen=True, slots=True)
class DecideMessage:
    """What processing does with a message, and a deadline does again where the money has moved and no answer came."""

    payloads: PayloadStore
    codec: Codec
    ledger: Ledger
    cancel: CancelPayments

    def __call__(self, transaction_id: str, message: MessageReference, accepted_at: datetime) -> Assessment | None:
        """The assessment, with what the ledger refuses refused; None where the transaction is voided or cancelled."""
        body = self.payloads.get(message.key, message.sha256)
        assessment = self.codec.assess(
            body, content_type=message.content_type, message_type=message.message_type, today=accepted_at.date()
        )
        return self._ask_ledger(transaction_id, assessment) if assessment.accepted else assessment

    def answer(
        self, transaction_id: str, assessment: Assessment, *, epoch: int, accepted_at: datetime
    ) -> ReleasingMessage:
        """The answer, and how the transaction ends: made of nothing but what is recorded, so that it is always the
        same bytes."""
        answer = self.codec.answer(assessment, answer_id=answer_id(transaction_id), created_at=accepted_at)
        return ReleasingMessage(
            transaction_id=transaction_id,
            epoch=epoch,
            status=TransactionStatus.ACSC if assessment.accepted else TransactionStatus.RJCT,
            reason=assessment.reason,
            payments=tuple(map(PaymentOutcome.of, assessment.payments)),
            message_definition=assessment.definition,
            answer_definition=self.codec.answer_definition(assessment),
            answer=answer,
        )

    def _ask_ledger(self, transaction_id: str, assessment: Assessment) -> Assessment | None:
        match family(assessment.definition or ""):
            case "camt.056":
                return self.cancel(transaction_id, assessment)
            case "pacs.004":
                decisions = self.ledger.reserve_returns(transaction_id, return_orders(assessment))
            case _:
                decisions = self.ledger.reserve(transaction_id, transfer_orders(assessment))
        return None if decisions is None else settled(assessment, decisions)
