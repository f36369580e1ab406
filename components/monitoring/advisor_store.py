"""What the support advisor keeps: documents that it answers from, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.expiring_table import ExpiringTable, ExpiringTableArgs
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import THIS_KEY, administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Service, hosts

if TYPE_CHECKING:
    from components.blocks.naming import Names

DOCUMENTS = "advisor-documents"
PREFIX = "documents"
"""What of the bucket is read for answers."""
LOCK_DAYS = 1


def invocation_log_group(names: Names) -> str:
    """Where Bedrock tells what its models were asked, and answered."""
    return f"/aws/bedrock/{names.regional('invocations')}"


@dataclass(frozen=True, slots=True)
class AdvisorStoreArgs:
    """`retention_days`: of a document that was replaced or removed."""

    names: Names
    region: str
    retention_days: int
    protect: bool


class AdvisorStore(pulumi.ComponentResource):
    """A bucket of documents and a table of cases, under a key of their own: nothing of it opens a payload."""

    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AdvisorStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:AdvisorStore", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = RegionalKey(
            name,
            RegionalKeyArgs(args.names.key_alias(name), "The support advisor", _statements(args), args.protect),
            child,
        )
        self.key_arn = key.arn
        self.documents = Bucket(
            DOCUMENTS,
            BucketArgs(
                bucket_name=args.names.bucket(DOCUMENTS, args.region),
                key_arn=key.arn,
                retention_days=args.retention_days,
                lock_mode="GOVERNANCE",
                lock_days=LOCK_DAYS,
                protect=args.protect,
            ),
            child,
        )
        self.cases = ExpiringTable(
            "advisor-cases",
            ExpiringTableArgs(args.names.regional("advisor-cases"), "session", "expires_at", key.arn, args.protect),
            child,
        )
        self.register_outputs({"keyArn": self.key_arn, "casesTable": self.cases.table_name})


def _statements(args: AdvisorStoreArgs) -> tuple[Statement, ...]:
    account, region = args.names.account_id, args.region
    services = hosts(("bedrock", "dynamodb", "s3", "s3vectors"), region)
    # S3 User Guide, "Data protection and encryption in S3 Vectors": what keeps an index up reads it by itself.
    own = Condition("StringEquals", "aws:SourceAccount", (account,))
    vectors = Condition(
        "ForAnyValue:StringEquals",
        "kms:EncryptionContextKeys",
        ("aws:s3vectors:arn", "aws:s3vectors:resource-id"),
    )
    indexing = (Service("indexing.s3vectors.amazonaws.com"),)
    return (
        administration(account),
        use_by_account_through("Advisor", account, services),
        Statement("VectorIndexing", "Allow", ("kms:Decrypt",), (THIS_KEY,), indexing, (own, vectors)),
        use_by_logs(region, [arn("logs", region, account, f"log-group:{invocation_log_group(args.names)}")]),
    )
