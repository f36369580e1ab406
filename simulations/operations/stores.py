"""The stores of a deployment, as the checkers read them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import psycopg
from psycopg.conninfo import make_conninfo

from simulations.checkers.chains import AuditSource
from simulations.checkers.sealed import KmsUnsealing
from simulations.checkers.sources import HubSources, SourceUnreadable
from simulations.cloud.postgres import ADMIN, ledger_parameters
from simulations.cloud.realisers.base import Cloud
from simulations.operations.audit_stores import AuditStores
from simulations.operations.errors import StoresUnknown
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client


@contextmanager
def hub_sources(
    aws_endpoint: str,
    foundation: Mapping[str, object],
    ledger_port: int,
    *,
    region: str | None = None,
    with_audit: bool = True,
) -> Iterator[HubSources]:
    """The stores that the foundation's stack exports, for the length of a block; with `region`, of that one alone.

    The audit chains take every Region, and are left out where one is chosen, or `with_audit` says so.

    Raises StoresUnknown where it does not, and SourceUnreadable where the ledger cannot be connected to.
    """
    table, buckets = foundation.get("transactions_table_name"), foundation.get("payload_buckets")
    keys = foundation.get("envelope_key_arns")
    if not isinstance(table, str) or not isinstance(buckets, dict) or not buckets or not isinstance(keys, dict):
        raise StoresUnknown(
            "the deployment tells no transactions_table_name, payload_buckets and envelope_key_arns; run: twinrail up"
        )
    if region is not None:
        buckets = {each: bucket for each, bucket in buckets.items() if each == region}
    if not buckets:
        raise StoresUnknown(f"the deployment tells no payload bucket of {region}")
    cloud = Cloud(aws_endpoint, ROOT_ACCOUNT, next(iter(buckets)))
    try:
        connection = psycopg.connect(make_conninfo("", **ledger_parameters(ledger_port, ADMIN)), autocommit=True)
    except psycopg.OperationalError as error:
        raise SourceUnreadable("the ledger's database does not answer") from error
    with connection:
        yield HubSources(
            dynamodb=cast("DynamoDBClient", cloud.client("dynamodb")),
            table=table,
            buckets={
                each: (cast("S3Client", cloud.in_region(each).client("s3")), str(bucket))
                for each, bucket in buckets.items()
            },
            connection=connection,
            unseal=KmsUnsealing(cast("KMSClient", cloud.client("kms")), str(keys[cloud.region])),
            audit=_audit(aws_endpoint, foundation) if with_audit and region is None else None,
        )


def _audit(aws_endpoint: str, foundation: Mapping[str, object]) -> AuditSource:
    """The audit chains; each one's heads are in the Region that is not its own."""
    stores = AuditStores.of(aws_endpoint, foundation)
    asked, *others = sorted(stores.heads)
    there = dict(zip((asked, *others), (*others, asked), strict=True))

    def client(service: str, each: str) -> Any:
        return Cloud(aws_endpoint, ROOT_ACCOUNT, each).client(service)

    return AuditSource(
        dynamodb=cast("DynamoDBClient", client("dynamodb", asked)),
        table=stores.table,
        heads={chain: (cast("S3Client", client("s3", there[chain])), bucket) for chain, bucket in stores.heads.items()},
        public_key=stores.public_key(asked=asked).der(),
    )
