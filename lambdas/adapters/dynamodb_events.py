"""The table of events that the Region's own stream holds: one item per event, gone when it cannot come again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.service.ports import Claim

if TYPE_CHECKING:
    from datetime import datetime

    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEPT_SECONDS = 30 * 24 * 3600
"""Twice as long as a queue keeps a message: none can come after that, not even by way of the dead letters."""
CLAIM_SECONDS = 75
"""Longer than an invocation of `publishing` lasts: who has not noted by then never will."""


@dataclass(frozen=True, slots=True)
class DynamoDBPublishedEvents:
    """PublishedEvents over the table. An item with `claimed_until` is a claim, one without it a note."""

    client: DynamoDBClient
    table: str

    def claim(self, event_id: str, at: datetime) -> Claim:
        """One PutItem. An item past its time may still be there; it is true all the same."""
        now = int(at.timestamp())
        try:
            self.client.put_item(
                TableName=self.table,
                Item=self._claimed(event_id, now, now + CLAIM_SECONDS),
                ConditionExpression="attribute_not_exists(event_id) OR claimed_until <= :now",
                ExpressionAttributeValues={":now": {"N": str(now)}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            return Claim.TAKEN if "claimed_until" in _item(error) else Claim.PUBLISHED
        return Claim.GIVEN

    def give_up(self, event_id: str, at: datetime) -> None:
        """One PutItem: a claim whose time is over."""
        now = int(at.timestamp())
        self.client.put_item(TableName=self.table, Item=self._claimed(event_id, now, now))

    def note(self, event_id: str, at: datetime) -> None:
        """One PutItem."""
        self.client.put_item(TableName=self.table, Item=_kept(event_id, int(at.timestamp())))

    def _claimed(self, event_id: str, now: int, until: int) -> dict[str, AttributeValueTypeDef]:
        return {**_kept(event_id, now), "claimed_until": {"N": str(until)}}


def _kept(event_id: str, now: int) -> dict[str, AttributeValueTypeDef]:
    return {"event_id": {"S": event_id}, "expires": {"N": str(now + KEPT_SECONDS)}}


def _item(error: ClientError) -> dict[str, object]:
    """The item that stood against the condition."""
    found = error.response.get("Item")
    return found if isinstance(found, dict) else {}
