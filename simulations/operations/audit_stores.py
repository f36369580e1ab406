"""The audit chains of a deployment: its table, its heads, its key; and an operator's own deeds put on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.adapters.audit_chain import DynamoDBAuditChain
from lambdas.adapters.audit_heads import PREFIX
from lambdas.core.audit.event import AuditEvent
from simulations.checkers.sources import SourceUnreadable
from simulations.cloud.realisers.base import Cloud
from simulations.operations.audit_chains import ChainCopy
from simulations.operations.audit_key import AuditKey
from simulations.operations.errors import StoresUnknown
from simulations.operations.leadership import this_moment
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client

    from lambdas.core.audit.event import AuditAction


@dataclass(frozen=True, slots=True)
class AuditStores:
    """Where they are. heads: chain to bucket, in the Region that is not the chain's."""

    aws_endpoint: str
    table: str
    heads: Mapping[str, str]
    key_arns: Mapping[str, str]

    @classmethod
    def of(cls, aws_endpoint: str, foundation: Mapping[str, object]) -> AuditStores:
        """As the foundation's stack exports them. Raises StoresUnknown."""
        table, heads, keys = (
            foundation.get(name) for name in ("audit_table_name", "audit_heads_buckets", "audit_key_arns")
        )
        if not isinstance(table, str) or not isinstance(heads, dict) or not isinstance(keys, dict):
            raise StoresUnknown("the deployment tells no audit table, heads and key; run: twinrail up")
        return cls(aws_endpoint, table, _texts(heads), _texts(keys))

    def copies(self, *, asked: str) -> tuple[ChainCopy, ...]:
        """Every chain, read through the table's replica in the Region `asked`. Raises SourceUnreadable."""
        try:
            return tuple(self._copy(chain, asked) for chain in sorted(self.heads))
        except (ClientError, BotoCoreError) as error:
            raise SourceUnreadable(f"the audit chains cannot be read: {type(error).__name__}") from error

    def public_key(self, *, asked: str) -> AuditKey:
        """As KMS gives it now: to be kept, not to be trusted each time anew. Raises SourceUnreadable, UnusableKey."""
        client = cast("KMSClient", self._client("kms", asked))
        try:
            return AuditKey.from_der(client.get_public_key(KeyId=self.key_arns[asked])["PublicKey"])
        except (ClientError, BotoCoreError) as error:
            raise SourceUnreadable(f"KMS gives no audit key: {type(error).__name__}") from error

    @property
    def key_id(self) -> str:
        """The key's id, which is the same in each Region."""
        return next(iter(self.key_arns.values())).rpartition("/")[2]

    def trail(self, region: str) -> DynamoDBAuditChain:
        """The chain of a Region, to append to."""
        return DynamoDBAuditChain(cast("DynamoDBClient", self._client("dynamodb", region)), self.table, region)

    def record(self, region: str, action: AuditAction, by: str, /, **details: str) -> None:
        """Put on record what an operator is about to do, or has done. Raises AuditUnavailable."""
        self.trail(region).append(AuditEvent(action, this_moment(), by, details))

    def _copy(self, chain: str, asked: str) -> ChainCopy:
        table = DynamoDBAuditChain(cast("DynamoDBClient", self._client("dynamodb", asked)), self.table, chain)
        # The heads first: what is added meanwhile is not missed by a head that is newer.
        heads = tuple(self._heads(chain))
        return ChainCopy(chain, tuple(text for page in table.from_sequence(0) for text in page), heads)

    def _heads(self, chain: str) -> Iterator[str]:
        """Every version: the lock keeps one that is hidden by a marker, or by another version, from being deleted."""
        bucket = self.heads[chain]
        client = cast("S3Client", self._client("s3", next(each for each in self.heads if each != chain)))
        pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{PREFIX}/{chain}/")
        for version in (each for page in pages for each in page.get("Versions", [])):
            body = client.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
            yield body.decode("utf-8", errors="replace").replace("\n", " ")

    def _client(self, service: str, region: str) -> Any:
        return Cloud(self.aws_endpoint, ROOT_ACCOUNT, region).client(service)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
