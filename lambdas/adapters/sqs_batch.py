"""A batch from an SQS queue: every record by itself, order kept within each message group, one log line a record.

A batch never raises: that would return every record, also those that are done, and hold up the other groups.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.core.documents import MalformedDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue
    from lambdas.service.outcome import Outcome


BEGINNING = 0.5
"""The part of an invocation's time in which records are begun. The rest is for the last of them: a Region that is slow
lets each take seconds, and a function that is ended in the middle of a batch leaves all of it invisible for six times
its timeout, which is longer than a transaction has."""


class NoTimeLeft(Exception):
    """A record was not begun: it goes back to its queue."""


class OfTransaction(Protocol):
    """A message about a transaction."""

    @property
    def transaction_id(self) -> str:
        """Which one."""


MessageType = TypeVar("MessageType")


def of_transaction(message: OfTransaction) -> Mapping[str, str]:
    """What logs tell it by."""
    return {"transaction_id": message.transaction_id}


@dataclass(frozen=True, slots=True)
class BatchConsumer(Generic[MessageType]):
    """Gives each message of a batch to a use case. `parse` raises MalformedDocument.

    What fails is tried again; what is malformed, or has failed for the last time, is put among the dead letters.
    about: what logs tell a message by. ordered: the queue is FIFO, and what follows a failed record in its group waits
    with it.
    """

    logger: Logger
    parse: Callable[[str], MessageType]
    act: Callable[[MessageType], Outcome]
    failures: Callable[[], FailedMessages]
    about: Callable[[MessageType], Mapping[str, str]]
    ordered: bool = True

    def consume(self, event: Mapping[str, JsonValue], invocation: Invocation) -> PartialItemFailureResponse:
        """Failed records, and of a FIFO queue all later ones of their group, are reported back: they come again.

        So are those that there was no time to begin.
        """
        records = event.get("Records")
        if not isinstance(records, list) or not records:
            self.logger.warning("an empty batch")
            return {"batchItemFailures": []}
        processor = self._processor()
        processor.raise_on_entire_batch_failure = False
        with processor(records=records, handler=self._in_time(invocation)):
            processor.process()
        response = processor.response()
        returned = {each["itemIdentifier"] for each in response["batchItemFailures"]}
        if returned:
            self.logger.warning("returned to the queue", extra={"returned": len(returned), "batch": len(records)})
            self._delay([record for record in map(SQSRecord, records) if record.message_id in returned])
        return response

    def _processor(self) -> BatchProcessor:
        if self.ordered:
            return SqsFifoPartialProcessor(skip_group_on_error=True)
        return BatchProcessor(EventType.SQS)

    def _in_time(self, invocation: Invocation) -> Callable[[SQSRecord], None]:
        """Consumes a record while there is time to begin one; the first is always begun."""
        reserve = (1 - BEGINNING) * invocation.get_remaining_time_in_millis()

        def consume_one(record: SQSRecord) -> None:
            if invocation.get_remaining_time_in_millis() < reserve:
                raise NoTimeLeft
            self._consume_record(record)

        return consume_one

    def _consume_record(self, record: SQSRecord) -> None:
        started = perf_counter()
        place: dict[str, JsonValue] = {"message_id": record.message_id}
        message: MessageType | None = None
        try:
            message = self.parse(record.body)
            place.update(self.about(message))
            outcome = self.act(message)
        except Exception as error:
            if message is None and isinstance(error, MalformedDocument):
                # It never gets better: no second delivery.
                self.logger.exception("malformed, to the dead letters", extra=place)
            else:
                place["receive_count"] = record.attributes.approximate_receive_count
                if not self.failures().exhausted(record):
                    self.logger.exception("failed, to be delivered again", extra=place)
                    raise
                self.logger.exception("failed for good, to the dead letters", extra=place)
            self._bury(record, error, place)
            return
        place["outcome"] = outcome
        place["duration_ms"] = round((perf_counter() - started) * 1000, 1)
        if outcome.needs_attention:
            self.logger.warning("done, without effect", extra=place)
        else:
            self.logger.info("done", extra=place)

    def _bury(self, record: SQSRecord, error: Exception, place: dict[str, JsonValue]) -> None:
        """Put it among the dead letters; then it is done with here, and no longer in its group's way."""
        try:
            self.failures().bury(record, error)
        except Exception:
            # Back to its queue: SQS itself moves it, without a reason, once its deliveries are used up.
            self.logger.exception("could not be put among the dead letters", extra=place)
            raise

    def _delay(self, records: Sequence[SQSRecord]) -> None:
        try:
            self.failures().delay(records)
        except Exception:
            # They come again all the same, when the queue's own visibility timeout is over.
            self.logger.exception("the next delivery could not be brought forward")
