"""The audit chain of a Region: a table that is only ever added to, each place taken once.

DynamoDB global table with multi-Region strong consistency, as the transactions are; partition: the chain, sort key: the
sequence number. A record is kept as its canonical text, so that what is read is what was hashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.adapters import clients
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.documents import MalformedDocument
from lambdas.service.ports import AuditUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.audit.event import AuditEvent

PLACES = 64
"""How many places are tried. Each that is taken was taken by another writer: the chain has grown, nobody waits in vain.
A Region has a few dozen writers at a time at most."""


@dataclass(frozen=True, slots=True)
class DynamoDBAuditChain:
    """AuditTrail over the table, and what is read of it. new_id: of each attempt to append."""

    client: DynamoDBClient
    table: str
    chain: str
    new_id: Callable[[], str] = lambda: uuid4().hex

    def append(self, event: AuditEvent) -> None:
        """One Query and one PutItem, and one PutItem more for each writer that is faster."""
        try:
            self._append(event)
        except (ClientError, BotoCoreError) as error:
            raise AuditUnavailable("the audit chain's table took no record") from error
        except MalformedDocument as error:
            raise AuditUnavailable("the audit chain's last record is not one") from error

    def _append(self, event: AuditEvent) -> None:
        place, record_id = self.last(), self.new_id()
        for _ in range(PLACES):
            record = AuditRecord.after(place, self.chain, record_id, event)
            taken = self._put(record)
            # The SDK repeats a put whose acknowledgement was lost; the repetition then meets its own record.
            if taken is None or taken == record:
                return
            place = taken.place
        raise AuditUnavailable(f"of the audit chain {PLACES} places in a row were taken by others")

    def last(self) -> Place:
        """Where the chain stands (strongly consistent)."""
        items = self.client.query(
            TableName=self.table,
            KeyConditionExpression="#chain = :chain",
            ExpressionAttributeNames={"#chain": "chain"},
            ExpressionAttributeValues={":chain": {"S": self.chain}},
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=1,
        )["Items"]
        return AuditRecord.parse(_text(items[0])).place if items else Place()

    def from_sequence(self, first: int) -> Iterator[tuple[str, ...]]:
        """The records' texts from a sequence number on, page by page (strongly consistent)."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="#chain = :chain AND #sequence >= :first",
            ExpressionAttributeNames={"#chain": "chain", "#sequence": "sequence"},
            ExpressionAttributeValues={":chain": {"S": self.chain}, ":first": {"N": str(first)}},
            ConsistentRead=True,
        )
        for page in pages:
            yield tuple(_text(item) for item in page["Items"])

    def _put(self, record: AuditRecord) -> AuditRecord | None:
        """None where it has its place now, else the record that has."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item={
                    "chain": {"S": self.chain},
                    "sequence": {"N": str(record.sequence)},
                    "record": {"S": record.text()},
                },
                # closes: two writers read the same last record; the later one would replace the earlier one's.
                ConditionExpression="attribute_not_exists(#chain)",
                ExpressionAttributeNames={"#chain": "chain"},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: Mapping[str, object] = {**error.response}
            item = response.get("Item")
            return AuditRecord.parse(_text(item if isinstance(item, dict) else {}))
        return None


def audit_trail(region: str, function: str, table: str) -> DynamoDBAuditChain:
    """The chain of a function's own Region."""
    return DynamoDBAuditChain(clients.dynamodb(region, function), table, region)


def _text(item: Mapping[str, object]) -> str:
    """A record's text, and none where the item has none: then it is no record."""
    value = item.get("record")
    text = value.get("S") if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""
