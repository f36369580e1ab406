"""Where a hub's evidence lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client

    from simulations.checkers.chains import AuditSource
    from simulations.checkers.sealed import Unsealing


class SourceUnreadable(Exception):
    """A store does not answer, or refuses. One line, without content."""


@dataclass(frozen=True, slots=True)
class HubSources:
    """The stores of one hub.

    dynamodb: any Region's client, since strongly consistent reads see every Region's writes. buckets: Region to client
    and bucket name. connection: the ledger, as any user who may read all of it. unseal: opens what is in the buckets.
    audit: None where it is not looked at.
    """

    dynamodb: DynamoDBClient
    table: str
    buckets: Mapping[str, tuple[S3Client, str]]
    connection: psycopg.Connection[tuple[object, ...]]
    unseal: Unsealing
    audit: AuditSource | None = None
