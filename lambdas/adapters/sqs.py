"""Sending to an SQS FIFO queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient


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
