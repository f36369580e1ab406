"""The leadership table: one item per Region, in a global table with multi-Region strong consistency.

A write needs a quorum of the two Regions and the witness. So a Region that is cut off can neither say that it lives nor
take the lead, and of two that try, one conditional write decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.dynamodb_items import AttributeValue, from_attributes, to_attribute, to_attributes
from lambdas.adapters.dynamodb_step import placeholders
from lambdas.core.documents import Fields, instant_text
from lambdas.core.recovery import RegionRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.recovery import Beat, Watch


@dataclass(frozen=True, slots=True)
class DynamoDBRegions:
    """Regions over the table."""

    client: DynamoDBClient
    table: str

    def find(self, region: str) -> RegionRecord | None:
        """One strongly consistent GetItem."""
        item = self.client.get_item(TableName=self.table, Key=_key(region), ConsistentRead=True).get("Item")
        return None if item is None else _read(item)

    def open(self, record: RegionRecord) -> None:
        """One PutItem."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item=to_attributes(record.document()),
                # closes: a Region that is lost comes back, and makes itself active by its first word.
                ConditionExpression="attribute_not_exists(#region)",
                ExpressionAttributeNames=placeholders("region"),
            )
        except ClientError as error:
            _require_condition_failed(error)

    def beat(self, loaded: RegionRecord, beat: Beat, watch: Watch) -> RegionRecord | None:
        """One UpdateItem; it leaves alone who leads."""
        try:
            response = self.client.update_item(
                TableName=self.table,
                Key=_key(loaded.region),
                UpdateExpression="SET #beat = :beat, #watch = :watch",
                # beat.at closes: two ticks that come together count one look twice.
                ConditionExpression="#beat.#at = :heard",
                ExpressionAttributeNames=placeholders("beat", "watch", "at"),
                ExpressionAttributeValues={
                    ":beat": to_attribute(beat.document()),
                    ":watch": to_attribute(watch.document()),
                    ":heard": to_attribute(instant_text(loaded.beat.at)),
                },
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            _require_condition_failed(error)
            return None
        return _read(response["Attributes"])

    def take_lead(self, loaded: RegionRecord, taken: RegionRecord) -> bool:
        """One UpdateItem: the word of the witness."""
        values: dict[str, AttributeValue] = {
            ":state": to_attribute(taken.state),
            ":leader": to_attribute(taken.leader),
            ":generation": to_attribute(taken.generation),
            ":since": to_attribute(instant_text(taken.since)),
            ":known": to_attribute(loaded.generation),
            ":heard": to_attribute(instant_text(loaded.beat.at)),
        }
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_key(loaded.region),
                UpdateExpression="SET #state = :state, #leader = :leader, #generation = :generation, #since = :since",
                # generation closes: two take the lead, or one takes it that was given back meanwhile.
                # beat.at closes: the Region is heard of between the look and the taking.
                ConditionExpression="#generation = :known AND #beat.#at = :heard",
                ExpressionAttributeNames=placeholders("state", "leader", "generation", "since", "beat", "at"),
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            _require_condition_failed(error)
            return False
        return True


def _key(region: str) -> dict[str, AttributeValue]:
    return {"region": {"S": region}}


def _require_condition_failed(error: ClientError) -> None:
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error


def _read(item: Mapping[str, Mapping[str, object]]) -> RegionRecord:
    return RegionRecord.read(Fields.of(from_attributes(item), "Region"))
