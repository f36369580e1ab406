"""Clients of the AWS SDK that reach nothing: a test's stubber answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import botocore.session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_sqs.client import SQSClient

REGION = "eu-west-1"


def dynamodb_client() -> DynamoDBClient:
    """A client of DynamoDB."""
    return cast("DynamoDBClient", _client("dynamodb"))


def sqs_client() -> SQSClient:
    """A client of SQS."""
    return cast("SQSClient", _client("sqs"))


def _client(service: str) -> object:
    session = botocore.session.get_session()
    return session.create_client(service, region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")
