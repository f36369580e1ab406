"""What becomes of a queue message that failed: tried again after a while, or a dead letter with its reason.

SQS moves a message that has used up its deliveries without a word about why, so the consumer does it itself at the last
one. SQS's own redrive stays behind it: it takes what the consumer could not put away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict

from lambdas.adapters.logs import exception_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

    from lambdas.adapters.environment import SourceQueue

REASON_LENGTH = 256


class _Place(TypedDict, total=False):
    """Where in a FIFO queue a message goes."""

    MessageGroupId: str
    MessageDeduplicationId: str


class FailedMessages(Protocol):
    """Where a consumer turns to with what failed."""

    def exhausted(self, record: SQSRecord) -> bool:
        """Whether the message was tried as often as it may be."""

    def bury(self, record: SQSRecord, error: Exception) -> None:
        """Put the message among the dead letters, with the reason. The caller then takes it off its queue."""

    def delay(self, records: Sequence[SQSRecord]) -> None:
        """Let messages of a batch come again soon: one that failed, and those of its group that waited behind it."""


@dataclass(frozen=True, slots=True)
class SqsFailedMessages:
    """FailedMessages over a queue and its dead-letter queue, which is of the same kind: FIFO or standard."""

    client: SQSClient
    function: str
    source: SourceQueue

    def exhausted(self, record: SQSRecord) -> bool:
        """By the count that SQS keeps."""
        return _receive_count(record) >= self.source.deliveries

    def bury(self, record: SQSRecord, error: Exception) -> None:
        """One SendMessage. In a FIFO queue a repetition within five minutes is dropped, by the message's own id."""
        place: _Place = {}
        if self.source.ordered:
            place = {"MessageGroupId": _group(record), "MessageDeduplicationId": record.message_id}
        self.client.send_message(
            QueueUrl=self.source.dead_letter_url,
            MessageBody=record.body,
            **place,
            MessageAttributes={
                "reason": _text(reason_of(error)),
                "function": _text(self.function),
                "first_received_ms": _text(record.attributes.approximate_first_receive_timestamp),
                "deliveries": _text(str(_receive_count(record))),
            },
        )

    def delay(self, records: Sequence[SQSRecord]) -> None:
        """One ChangeMessageVisibilityBatch (a batch has ten records at most).

        Without it they come again when the visibility timeout is over, six times the function's own. All of a group
        wait equally long: SQS hands out none of it while one is in flight.
        """
        longest: dict[str, int] = {}
        for record in records:
            group = _group(record)
            longest[group] = max(longest.get(group, 0), self._backoff_seconds(_receive_count(record)))
        self.client.change_message_visibility_batch(
            QueueUrl=self.source.url,
            Entries=[
                {
                    "Id": str(index),
                    "ReceiptHandle": record.receipt_handle,
                    "VisibilityTimeout": longest[_group(record)],
                }
                for index, record in enumerate(records)
            ],
        )

    def _backoff_seconds(self, receive_count: int) -> int:
        # The exponent is held down: a count may be large, the wait is not.
        doubled = self.source.first_seconds * 2 ** min(receive_count - 1, 16)
        return int(min(doubled, self.source.longest_seconds))


def reason_of(error: Exception) -> str:
    """The exception's class, and its words where they are the hub's own or an AWS error code: never data."""
    words = re.sub(r"[^\x20-\x7e]", "?", f"{type(error).__name__}{exception_words(error)}")
    return words[:REASON_LENGTH]


def _group(record: SQSRecord) -> str:
    """What waits together; in a standard queue each message for itself."""
    return record.attributes.message_group_id or record.message_id


def _receive_count(record: SQSRecord) -> int:
    return max(int(record.attributes.approximate_receive_count), 1)


def _text(value: str) -> MessageAttributeValueTypeDef:
    return {"DataType": "String", "StringValue": value}
