"""The transactions table: each step one conditional write.

DynamoDB global table with multi-Region strong consistency: conditions are evaluated against the one global state, and a
strongly consistent read sees every write of either Region
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.dynamodb_items import AttributeValue, from_attributes, to_attribute, to_attributes
from lambdas.adapters.dynamodb_step import Write, placeholders, step_write
from lambdas.core.deadlines import copy_shard_of, shard_of
from lambdas.core.documents import Fields, instant_text
from lambdas.core.lifecycle import TERMINAL_STATUSES
from lambdas.core.transaction import OPEN_SHARD, Transaction
from lambdas.service.ports import Advanced, ConcurrentChange, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.durability import Copies
    from lambdas.core.steps import Step
    from lambdas.core.transaction import RefusedMessage


@dataclass(frozen=True, slots=True)
class DynamoDBTransactionStore:
    """TransactionStore over the table."""

    client: DynamoDBClient
    table: str

    def open(self, transaction: Transaction) -> bool:
        """One PutItem."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item={**to_attributes(transaction.document()), OPEN_SHARD: to_attribute(_shard(transaction))},
                # attribute_not_exists(transaction_id) closes: two transactions get one id, in one Region or both, and
                # the later put replaces the earlier transaction.
                ConditionExpression="attribute_not_exists(transaction_id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            # The SDK repeats a put whose acknowledgement was lost; the repetition then meets its own item.
            return condition_failed(error) == transaction
        return True

    def find(self, transaction_id: str) -> Transaction | None:
        """One strongly consistent GetItem."""
        response = self.client.get_item(TableName=self.table, Key=key_of(transaction_id), ConsistentRead=True)
        item = response.get("Item")
        return None if item is None else read_item(item)

    def advance(self, step: Step) -> Advanced | Refused:
        """One UpdateItem; a refusal carries the item as the write found it, so that no second call has to ask."""
        write = step_write(step)
        try:
            return Advanced(self._update(step.transaction_id, write))
        except ClientError as error:
            return Refused(condition_failed(error))

    def note_refused_message(self, loaded: Transaction, refused: RefusedMessage) -> None:
        """One UpdateItem."""
        write = Write(
            update="SET #refused_messages = list_append(#refused_messages, :refused), #updated_at = :at",
            # participant closes: another participant's message shows on this one's transaction.
            # size(refused_messages) closes: two deliveries of one message each append it; only the first finds the list
            # as it was loaded.
            condition="#participant = :participant AND size(#refused_messages) = :known",
            names=placeholders("refused_messages", "updated_at", "participant"),
            values={
                ":refused": to_attribute([refused.document()]),
                ":at": to_attribute(instant_text(refused.at)),
                ":participant": to_attribute(loaded.participant),
                ":known": to_attribute(len(loaded.refused_messages)),
            },
        )
        try:
            self._update(loaded.transaction_id, write)
        except ClientError as error:
            condition_failed(error)
            raise ConcurrentChange("the transaction's refused messages changed while one was noted") from error

    def unlist(self, transaction_id: str) -> None:
        """One UpdateItem."""
        self._change_ended(transaction_id, f"REMOVE #{OPEN_SHARD}", {}, OPEN_SHARD)

    def list_for_copy(self, transaction: Transaction) -> None:
        """One UpdateItem."""
        shard = copy_shard_of(transaction.owner_region, transaction.transaction_id)
        values = {":shard": to_attribute(shard)}
        self._change_ended(transaction.transaction_id, f"SET #{OPEN_SHARD} = :shard", values, OPEN_SHARD)

    def note_copies(self, loaded: Transaction, copies: Copies, at: datetime) -> None:
        """One UpdateItem."""
        values = {":copies": to_attribute(copies.document()), ":at": to_attribute(instant_text(at))}
        update = f"SET #message.#copies = :copies, #updated_at = :at REMOVE #{OPEN_SHARD}"
        self._change_ended(loaded.transaction_id, update, values, "message", "copies", "updated_at", OPEN_SHARD)

    def _change_ended(
        self, transaction_id: str, update: str, values: dict[str, AttributeValue], *attributes: str
    ) -> None:
        """A write that changes what is listed, or whether, of a transaction that has ended."""
        # status closes: an open transaction is taken off the list of those, and never ends.
        ended = {f":ended{index}": to_attribute(each) for index, each in enumerate(sorted(TERMINAL_STATUSES))}
        condition = f"#status IN ({', '.join(ended)})"
        try:
            self._update(transaction_id, Write(update, condition, placeholders("status", *attributes), values | ended))
        except ClientError as error:
            condition_failed(error)
            raise ConcurrentChange("a transaction is to leave the list of open ones and has not ended") from error

    def _update(self, transaction_id: str, write: Write) -> Transaction:
        response = self.client.update_item(
            TableName=self.table,
            Key=key_of(transaction_id),
            UpdateExpression=write.update,
            ConditionExpression=write.condition,
            ExpressionAttributeNames=write.names,
            ExpressionAttributeValues=write.values,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return read_item(response["Attributes"])


def _shard(transaction: Transaction) -> str:
    return shard_of(transaction.owner_region, transaction.transaction_id)


def key_of(transaction_id: str) -> dict[str, AttributeValue]:
    """Where a transaction is."""
    return {"transaction_id": {"S": transaction_id}}


def condition_failed(error: ClientError) -> Transaction | None:
    """The item that a condition was not true of, None if there is no item; any other error is raised again."""
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
    response: Mapping[str, object] = {**error.response}
    item = response.get("Item")
    return read_item(item) if isinstance(item, dict) and item else None


def read_item(item: Mapping[str, Mapping[str, object]]) -> Transaction:
    """The transaction in an item; raises MalformedDocument."""
    return Transaction.read(Fields.of(from_attributes(item), "transaction"))
