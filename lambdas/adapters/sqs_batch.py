"""A batch from an SQS FIFO queue: every record by itself, order kept within each message group, one log line a record.

A batch never raises: that would return every record, also those that are done, and hold up the other groups.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from lambdas.core.documents import JsonValue
    from lambdas.service.outcome import Outcome


class Message(Protocol):
    """A message of one of the hub's queues."""

    @property
    def transaction_id(self) -> str:
        """The transaction that it is about."""


MessageType = TypeVar("MessageType", bound=Message)


@dataclass(frozen=True, slots=True)
class BatchConsumer(Generic[MessageType]):
    """Gives each message of a batch to a use case. `parse` raises MalformedDocument; such a message ends in the DLQ."""

    logger: Logger
    parse: Callable[[str], MessageType]
    act: Callable[[MessageType], Outcome]

    def consume(self, event: Mapping[str, JsonValue]) -> PartialItemFailureResponse:
        """Failed records, and all later ones of their group, are reported back; SQS delivers them again, in order."""
        records = event.get("Records")
        if not isinstance(records, list) or not records:
            self.logger.warning("an empty batch")
            return {"batchItemFailures": []}
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor.raise_on_entire_batch_failure = False
        with processor(records=records, handler=self._consume_record):
            processor.process()
        return self._response(processor.response(), records)

    def _consume_record(self, record: SQSRecord) -> None:
        started = perf_counter()
        place: dict[str, JsonValue] = {"message_id": record.message_id}
        try:
            message = self.parse(record.body)
            place["transaction_id"] = message.transaction_id
            outcome = self.act(message)
        except Exception:
            place["receive_count"] = record.attributes.approximate_receive_count
            self.logger.exception("failed, to be delivered again", extra=place)
            raise
        place["outcome"] = outcome
        place["duration_ms"] = round((perf_counter() - started) * 1000, 1)
        if outcome.needs_attention:
            self.logger.warning("done, without effect", extra=place)
        else:
            self.logger.info("done", extra=place)

    def _response(
        self, response: PartialItemFailureResponse, records: Sequence[JsonValue]
    ) -> PartialItemFailureResponse:
        returned = len(response["batchItemFailures"])
        if returned:
            self.logger.warning("returned to the queue", extra={"returned": returned, "batch": len(records)})
        return response
