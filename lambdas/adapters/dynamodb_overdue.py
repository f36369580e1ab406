"""The index of open transactions by deadline: `open-by-deadline`, keys `open_shard` and `deadline`, keys only.

A global secondary index is always read with eventual consistency, also where the table is strongly consistent
across Regions (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html):
it says where to look, and the conditional write decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters.dynamodb_items import AttributeValue, from_attributes, to_attribute
from lambdas.adapters.dynamodb_step import placeholders
from lambdas.core.deadlines import Position
from lambdas.core.documents import Fields, instant_text
from lambdas.core.transaction import OPEN_SHARD
from lambdas.service.ports import OverduePage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

PAGE_ITEMS = 100
"""Few enough that a page is worked off in one invocation, many enough that a backlog costs few queries."""


@dataclass(frozen=True, slots=True)
class DynamoDBOverdueTransactions:
    """OverdueTransactions over the index."""

    client: DynamoDBClient
    table: str
    index: str
    page_items: int = PAGE_ITEMS

    def page(self, shard: str, *, before: datetime, after: Position | None) -> OverduePage:
        """One Query."""
        request: QueryInputTypeDef = {
            "TableName": self.table,
            "IndexName": self.index,
            "KeyConditionExpression": "#open_shard = :shard AND #deadline < :before",
            "ExpressionAttributeNames": placeholders(OPEN_SHARD, "deadline"),
            "ExpressionAttributeValues": {":shard": to_attribute(shard), ":before": to_attribute(instant_text(before))},
            "Limit": self.page_items,
        }
        if after is not None:
            request["ExclusiveStartKey"] = _start(shard, after)
        response = self.client.query(**request)
        last = response.get("LastEvaluatedKey")
        return OverduePage(tuple(_position(item) for item in response["Items"]), None if not last else _position(last))


def _start(shard: str, after: Position) -> dict[str, AttributeValue]:
    return {
        OPEN_SHARD: to_attribute(shard),
        "deadline": to_attribute(instant_text(after.deadline)),
        "transaction_id": to_attribute(after.transaction_id),
    }


def _position(item: Mapping[str, Mapping[str, object]]) -> Position:
    fields = Fields.of(from_attributes(item), "listed transaction")
    return Position(fields.instant("deadline"), fields.text("transaction_id"))
