"""The stores of a hub in memory, as their clients meet them: pages, what is not there, what does not answer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.adapters.ledger_connection import LedgerConnection
from simulations.checkers.sources import HubSources
from tests.unit.checkers.cases import REGIONS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client


class GetItem(TypedDict):
    """Arguments of GetItem."""

    TableName: str
    Key: Mapping[str, Mapping[str, str]]
    ConsistentRead: bool


class GetObject(TypedDict):
    """Arguments of GetObject."""

    Bucket: str
    Key: str


@dataclass
class Pages:
    """A paginator whose pages hold one entry each, and sometimes none."""

    name: str
    entries: list[Any]

    def paginate(self, **_arguments: object) -> Iterator[dict[str, Any]]:
        yield {} if self.name == "Contents" else {self.name: []}
        for each in self.entries:
            yield {self.name: [each]}


@dataclass
class FakeTable:
    """The transactions table."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked_for: list[str] = field(default_factory=list)

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "scan"
        return Pages("Items", list(self.items.values()))

    def get_item(self, **call: Unpack[GetItem]) -> dict[str, Any]:
        assert call["ConsistentRead"]
        self.asked_for.append(call["Key"]["transaction_id"]["S"])
        item = self.items.get(self.asked_for[-1])
        return {} if item is None else {"Item": item}


@dataclass
class FakeBucket:
    """One Region's bucket."""

    objects: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    error: str = "NoSuchKey"

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "list_objects_v2"
        return Pages("Contents", [{"Key": key} for key in self.objects])

    def get_object(self, **call: Unpack[GetObject]) -> dict[str, io.BytesIO]:
        if self.down:
            raise EndpointConnectionError(endpoint_url="s3")
        if call["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": self.error, "Message": ""}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[call["Key"]])}


@dataclass
class FakeHub:
    """Both Regions' buckets, the table, and a real ledger."""

    connection: LedgerConnection
    table: FakeTable = field(default_factory=FakeTable)
    buckets: dict[str, FakeBucket] = field(default_factory=lambda: {each: FakeBucket() for each in REGIONS})

    def sources(self) -> HubSources:
        return HubSources(
            cast("DynamoDBClient", self.table),
            "transactions",
            {region: (cast("S3Client", bucket), f"bucket-{region}") for region, bucket in self.buckets.items()},
            self.connection,
            lambda _key, sealed: sealed,
        )

    def store(self, path: str, transaction_id: str, body: bytes) -> dict[str, Any]:
        """Put an object into both buckets; what the record says of it."""
        sha256 = hashlib.sha256(body).hexdigest()
        key = f"{path}/{transaction_id}/{sha256}"
        for bucket in self.buckets.values():
            bucket.objects[key] = body
        return {"key": {"S": key}, "sha256": {"S": sha256}, "content_type": {"S": "application/xml"}}
