"""The table of events that the Region's own stream holds: one item per event, gone when it cannot come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

KEPT_SECONDS = 30 * 24 * 3600
"""Twice as long as a queue keeps a message: none can come after that, not even by way of the dead letters."""


@dataclass(frozen=True, slots=True)
class DynamoDBPublishedEvents:
    """PublishedEvents over the table."""

    client: DynamoDBClient
    table: str

    def holds(self, event_id: str) -> bool:
        """One GetItem, strongly consistent. An item past its time may still be there; it is true all the same."""
        found = self.client.get_item(
            TableName=self.table,
            Key={"event_id": {"S": event_id}},
            ConsistentRead=True,
            ProjectionExpression="event_id",
        )
        return "Item" in found

    def note(self, event_id: str, at: datetime) -> None:
        """One PutItem."""
        expires = int(at.timestamp()) + KEPT_SECONDS
        self.client.put_item(TableName=self.table, Item={"event_id": {"S": event_id}, "expires": {"N": str(expires)}})
