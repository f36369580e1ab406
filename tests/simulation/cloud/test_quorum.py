"""Which tables a DynamoDB call needs a quorum of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulations.cloud.quorum import tables_in_quorum

STRONGLY = {"TableName": "t", "ConsistentRead": True}


@pytest.mark.parametrize(
    ("operation", "document", "tables"),
    [
        ("PutItem", {"TableName": "t"}, {"t"}),
        ("UpdateItem", {"TableName": "arn:aws:dynamodb:eu-west-1:000000000000:table/t"}, {"t"}),
        ("DeleteItem", {"TableName": "t"}, {"t"}),
        ("BatchWriteItem", {"RequestItems": {"t": [], "u": []}}, {"t", "u"}),
        ("GetItem", STRONGLY, {"t"}),
        ("Query", STRONGLY, {"t"}),
        ("Scan", STRONGLY, {"t"}),
        ("BatchGetItem", {"RequestItems": {"t": {"ConsistentRead": True}, "u": {}}}, {"t"}),
        ("GetItem", {"TableName": "t"}, set()),
        ("Query", {"TableName": "t", "ConsistentRead": False}, set()),
        ("DescribeTable", {"TableName": "t"}, set()),
        ("BatchWriteItem", {}, set()),
    ],
)
def test_writes_and_strongly_consistent_reads_need_it_when_they_are_asked_for(
    operation: str, document: dict[str, Any], tables: set[str]
) -> None:
    assert tables_in_quorum(operation, json.dumps(document).encode()) == tables


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_nothing_needs_it_when_the_body_is_no_object(body: bytes) -> None:
    assert tables_in_quorum("PutItem", body) == frozenset()
