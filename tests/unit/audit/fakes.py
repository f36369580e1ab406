"""The audit chain's table, heads and key in memory, keeping the promises of AWS and of the ports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.audit.record import AuditRecord
from lambdas.service.ports import AuditUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.audit.event import AuditEvent

SHA384 = ec.ECDSA(hashes.SHA384())


@dataclass
class FakeTable:
    """DynamoDB's Query and conditional PutItem on one table; what is put in between two calls is another writer's.

    before_put: what others do just before a put, each once. lost: as many puts are done whose acknowledgement is lost.
    broken: every call fails.
    """

    items: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    before_put: list[Callable[[], object]] = field(default_factory=list)
    lost: int = 0
    broken: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self) -> DynamoDBClient:
        return cast("DynamoDBClient", self)

    def query(self, **asked: Any) -> dict[str, Any]:
        self._work("Query")
        assert asked["ConsistentRead"] is True
        values = asked["ExpressionAttributeValues"]
        first = int(values[":first"]["N"]) if ":first" in values else 0
        with self.lock:
            keys = sorted(key for key in self.items if key[0] == values[":chain"]["S"] and key[1] >= first)
            if asked.get("ScanIndexForward") is False:
                keys.reverse()
            return {"Items": [self.items[key] for key in keys[: asked.get("Limit")]]}

    def get_paginator(self, operation: str) -> FakeTable:
        assert operation == "query"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        items = self.query(**asked)["Items"]
        for start in range(0, max(len(items), 1), 3):
            yield {"Items": items[start : start + 3]}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        self._work("PutItem")
        while self.before_put:
            self.before_put.pop()()
        assert asked["ConditionExpression"] == "attribute_not_exists(#chain)"
        item = asked["Item"]
        key = (item["chain"]["S"], int(item["sequence"]["N"]))
        with self.lock:
            taken = self.items.get(key)
            if taken is None:
                self.items[key] = item
        if self.lost and taken is None:
            # The SDK, not told of it, puts once more.
            self.lost -= 1
            taken = item
        if taken is not None:
            raise failure("PutItem", "ConditionalCheckFailedException", taken)
        return {}

    def records(self, chain: str) -> list[str]:
        return [self.items[key]["record"]["S"] for key in sorted(self.items) if key[0] == chain]

    def _work(self, operation: str) -> None:
        if self.broken:
            raise failure(operation, "InternalServerError")


def failure(operation: str, code: str, item: Mapping[str, Any] | None = None) -> ClientError:
    """What the SDK raises."""
    response: Any = {"Error": {"Code": code, "Message": ""}, **({"Item": item} if item else {})}
    return ClientError(response, operation)


@dataclass
class FakeTrail:
    """AuditTrail; closed: it takes nothing. takes: how many it still takes before it closes."""

    events: list[AuditEvent] = field(default_factory=list)
    closed: bool = False
    takes: int = 1_000

    def append(self, event: AuditEvent) -> None:
        if self.closed or not self.takes:
            raise AuditUnavailable("closed")
        self.takes -= 1
        self.events.append(event)


@dataclass
class FakeRecords:
    """AuditRecords, two to a page."""

    kept: list[AuditRecord] = field(default_factory=list)

    def from_sequence(self, first: int) -> Iterator[list[str]]:
        texts = [each.text() for each in self.kept if each.sequence >= first]
        for start in range(0, max(len(texts), 1), 2):
            yield texts[start : start + 2]


@dataclass
class FakeHeads:
    """AuditHeads."""

    kept: list[SignedHead] = field(default_factory=list)

    def latest(self) -> SignedHead | None:
        return max(self.kept, key=lambda each: (each.head.place.sequence, each.head.at), default=None)

    def keep(self, head: SignedHead) -> None:
        self.kept.append(head)


@dataclass
class FakeKey:
    """HeadSigner with a real key."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))

    def sign(self, head: AuditHead) -> SignedHead:
        return SignedHead(head, self.private.sign(head.signed_bytes(), SHA384))

    def verifies(self, head: SignedHead) -> bool:
        try:
            self.private.public_key().verify(head.signature, head.head.signed_bytes(), SHA384)
        except InvalidSignature:
            return False
        return True
