"""AWS clients: one per service, Region and process, made when first used.

botocore's own session, not boto3's: a cold start with boto3 takes some 20 ms of CPU more and gives nothing that is used
here. Endpoints, credentials and the like come from the environment, as the SDK reads it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol, cast

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient


ATTEMPTS = 3


@functools.cache
def dynamodb(region: str, function: str, attempts: int = ATTEMPTS) -> DynamoDBClient:
    """The SDK repeats what DynamoDB's model calls retryable: ReplicatedWriteConflictException (two Regions met) too."""
    config = _config(function, attempts)
    return cast("DynamoDBClient", _session().create_client("dynamodb", region_name=region, config=config))


@functools.cache
def kms(region: str, function: str, attempts: int = ATTEMPTS) -> KMSClient:
    """For data keys of envelopes, and for asking whether a key can be used; the stores use theirs by themselves."""
    return cast("KMSClient", _session().create_client("kms", region_name=region, config=_config(function, attempts)))


@functools.cache
def s3(region: str, function: str, attempts: int = ATTEMPTS) -> S3Client:
    """Checksums are this project's own: sha256, given on every put and checked on every get."""
    return cast("S3Client", _session().create_client("s3", region_name=region, config=_config(function, attempts)))


@functools.cache
def sns(region: str, function: str) -> SNSClient:
    """For publishing."""
    return cast("SNSClient", _session().create_client("sns", region_name=region, config=_config(function)))


@functools.cache
def sqs(region: str, function: str, attempts: int = ATTEMPTS) -> SQSClient:
    """For sending; receiving is Lambda's."""
    return cast("SQSClient", _session().create_client("sqs", region_name=region, config=_config(function, attempts)))


class _DsqlClient(Protocol):
    """What botocore adds to the client of Aurora DSQL; its stubs leave that out."""

    def generate_db_connect_auth_token(self, hostname: str, region: str) -> str:
        """A token for one's own role."""


def ledger_password(region: str, function: str, endpoint: str) -> str:
    """A token for one connection to Aurora DSQL as the role's database user. It is signed here; no call is made."""
    return _dsql(region, function).generate_db_connect_auth_token(endpoint, region)


@functools.cache
def _dsql(region: str, function: str) -> _DsqlClient:
    return cast("_DsqlClient", _session().create_client("dsql", region_name=region, config=_config(function)))


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _config(function: str, attempts: int = ATTEMPTS) -> Config:
    # A call ends after at most three attempts of 1 + 3 seconds, and a request makes two calls at most: before the 29
    # seconds after which API Gateway gives up and the client is left without an answer of ours.
    return Config(
        connect_timeout=1,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": attempts},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        tcp_keepalive=True,
        user_agent_extra=f"twinrail/{function}",
    )
