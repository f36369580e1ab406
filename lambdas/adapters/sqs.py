"""Sending to SQS queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.service.ports import NotSent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs.client import SQSClient

    from lambdas.core.deadlines import Tick

BATCH = 10
"""What SQS takes in one call."""


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """MessageQueue over one FIFO queue."""

    client: SQSClient
    url: str

    def send(self, body: str, *, group_id: str, deduplication_id: str) -> None:
        """One SendMessage."""
        self.client.send_message(
            QueueUrl=self.url, MessageBody=body, MessageGroupId=group_id, MessageDeduplicationId=deduplication_id
        )


@dataclass(frozen=True, slots=True)
class SqsTickQueue:
    """TickQueue over one standard queue: a FIFO queue knows no delay of a single message."""

    client: SQSClient
    url: str

    def send(self, ticks: Sequence[tuple[Tick, int]]) -> None:
        """One SendMessageBatch for every ten."""
        for start in range(0, len(ticks), BATCH):
            self._send(ticks[start : start + BATCH])

    def _send(self, ticks: Sequence[tuple[Tick, int]]) -> None:
        response = self.client.send_message_batch(
            QueueUrl=self.url,
            Entries=[
                {"Id": str(index), "MessageBody": tick.to_json(), "DelaySeconds": delay_seconds}
                for index, (tick, delay_seconds) in enumerate(ticks)
            ],
        )
        if failed := response.get("Failed"):
            raise NotSent(f"{len(failed)} of {len(ticks)} ticks were not sent: {failed[0]['Code']}")
