"""What the adapters' tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.sdk import dynamodb_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@pytest.fixture
def client() -> DynamoDBClient:
    return dynamodb_client()
