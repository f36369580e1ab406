"""Taking over in the transactions table: one conditional write, as every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.dynamodb import condition_failed, key_of, read_item
from lambdas.adapters.dynamodb_items import AttributeValue, to_attribute
from lambdas.adapters.dynamodb_step import placeholders
from lambdas.core.deadlines import shard_of, taken_shard_of
from lambdas.core.documents import instant_text
from lambdas.core.lifecycle import TRANSITIONS
from lambdas.core.transaction import OPEN_SHARD
from lambdas.service.ports import Advanced, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.transaction import Takeover, Transaction

_OPEN = {f":open{index}": to_attribute(each) for index, each in enumerate(sorted(TRANSITIONS))}
_IS_OPEN = f"#status IN ({', '.join(_OPEN)})"


@dataclass(frozen=True, slots=True)
class DynamoDBTakeovers:
    """Takeovers over the table."""

    client: DynamoDBClient
    table: str

    def take(self, loaded: Transaction, takeover: Takeover, deadline: datetime) -> Advanced | Refused:
        """One UpdateItem."""
        names = placeholders("owner_region", "epoch", "deadline", "updated_at", "takeovers", "status", OPEN_SHARD)
        try:
            response = self.client.update_item(
                TableName=self.table,
                Key=key_of(loaded.transaction_id),
                UpdateExpression=(
                    "SET #owner_region = :to, #epoch = :raised, #deadline = :deadline, #updated_at = :at, "
                    f"#takeovers = list_append(if_not_exists(#takeovers, :none), :takeover), #{OPEN_SHARD} = :shard"
                ),
                # status closes: what its Region has ended at last is owned, and told of, by another.
                # owner_region and epoch close: another tick took it over and went on with it; it is taken twice, and
                # what the first one sent is fenced.
                ConditionExpression=f"{_IS_OPEN} AND #owner_region = :from AND #epoch = :known",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={
                    **_OPEN,
                    ":from": to_attribute(takeover.from_region),
                    ":known": to_attribute(loaded.epoch),
                    ":to": to_attribute(takeover.to_region),
                    ":raised": to_attribute(takeover.epoch),
                    ":deadline": to_attribute(instant_text(deadline)),
                    ":at": to_attribute(instant_text(takeover.at)),
                    ":none": to_attribute([]),
                    ":takeover": to_attribute([takeover.document()]),
                    ":shard": to_attribute(taken_shard_of(takeover.to_region)),
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return Refused(condition_failed(error))
        return Advanced(read_item(response["Attributes"]))

    def list_as_open(self, transaction: Transaction) -> None:
        """One UpdateItem."""
        owner = transaction.owner_region
        values: dict[str, AttributeValue] = {
            **_OPEN,
            ":taken": to_attribute(taken_shard_of(owner)),
            ":shard": to_attribute(shard_of(owner, transaction.transaction_id)),
        }
        try:
            self.client.update_item(
                TableName=self.table,
                Key=key_of(transaction.transaction_id),
                UpdateExpression=f"SET #{OPEN_SHARD} = :shard",
                # The list closes: it has ended, told of and unlisted, and is listed again; or it was taken back by the
                # other Region, and leaves that one's list. status closes: it has ended, and subscribers are not told.
                ConditionExpression=f"{_IS_OPEN} AND #{OPEN_SHARD} = :taken",
                ExpressionAttributeNames=placeholders("status", OPEN_SHARD),
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            condition_failed(error)
