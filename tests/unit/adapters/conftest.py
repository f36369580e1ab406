"""A client of DynamoDB that the SDK's stubber answers for: it checks the form of each call, and that each was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import botocore.session
import pytest
from botocore.stub import Stubber

from tests.unit.service.fakes import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@pytest.fixture
def client() -> DynamoDBClient:
    session = botocore.session.get_session()
    made = session.create_client("dynamodb", region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")
    return cast("DynamoDBClient", made)


@pytest.fixture
def stubber(client: DynamoDBClient) -> Iterator[Stubber]:
    with Stubber(client) as stubbing:
        yield stubbing
        stubbing.assert_no_pending_responses()
