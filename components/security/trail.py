"""What is done to the account's resources, in every Region, as CloudTrail keeps it and tells EventBridge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs, LockMode
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import THIS_KEY, administration, use_by_roles
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, ObjectPrefix, Service

if TYPE_CHECKING:
    from components.blocks.naming import Names

CLOUDTRAIL = Service("cloudtrail.amazonaws.com")


@dataclass(frozen=True, slots=True)
class TrailArgs:
    """`region`: where it is kept. `watched_tables`: whose single reads and writes are kept too (ARNs).

    `reader_role_arns`: who may read it. `retention_days`, `lock_mode`, `lock_days`: of its files.
    """

    names: Names
    region: str
    watched_tables: tuple[pulumi.Input[str], ...]
    reader_role_arns: tuple[pulumi.Input[str], ...]
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    protect: bool


class Trail(pulumi.ComponentResource):
    """A trail of all Regions, whose files are signed, encrypted and locked. EventBridge tells only what a trail sees.

    CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Configure AWS KMS key policies for CloudTrail".
    """

    bucket_arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Trail", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        trail_name = args.names.regional(name)
        trail_arn = arn("cloudtrail", args.region, args.names.account_id, f"trail/{trail_name}")
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=args.names.key_alias(name),
                description="The trail of what is done to the account's resources",
                statements=_key_statements(args, trail_arn),
                protect=args.protect,
            ),
            child,
        )
        bucket_name = args.names.trail_bucket(args.region)
        bucket = Bucket(
            name,
            BucketArgs(
                bucket_name=bucket_name,
                key_arn=key.arn,
                retention_days=args.retention_days,
                lock_mode=args.lock_mode,
                lock_days=args.lock_days,
                protect=args.protect,
                statements=_bucket_statements(f"arn:aws:s3:::{bucket_name}", trail_arn),
            ),
            child,
        )
        aws.cloudtrail.Trail(
            name,
            name=trail_name,
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=key.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            advanced_event_selectors=_selectors(args.watched_tables),
            # CloudTrail tries whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
        )
        self.bucket_arn, self.key_arn = bucket.arn, key.arn
        self.register_outputs({"bucketName": bucket.bucket_name})


def _selectors(tables: tuple[pulumi.Input[str], ...]) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs]:
    field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
    return [
        aws.cloudtrail.TrailAdvancedEventSelectorArgs(
            name="What is done to resources and keys",
            field_selectors=[field(field="eventCategory", equals=["Management"])],
        ),
        aws.cloudtrail.TrailAdvancedEventSelectorArgs(
            name="What is done in the vault's tables",
            field_selectors=[
                field(field="eventCategory", equals=["Data"]),
                field(field="resources.type", equals=["AWS::DynamoDB::Table"]),
                field(field="resources.ARN", equals=list(tables)),
            ],
        ),
    ]


def _key_statements(args: TrailArgs, trail_arn: str) -> tuple[Statement, ...]:
    account = args.names.account_id
    trail = Condition("StringEquals", "aws:SourceArn", (trail_arn,))
    context = Condition("StringEquals", "kms:EncryptionContext:aws:cloudtrail:arn", (trail_arn,))
    reading = ("kms:Decrypt",)
    return (
        administration(account),
        Statement("TrailSeals", "Allow", ("kms:GenerateDataKey",), (THIS_KEY,), (CLOUDTRAIL,), (trail, context)),
        Statement("TrailLooks", "Allow", ("kms:DescribeKey",), (THIS_KEY,), (CLOUDTRAIL,)),
        use_by_roles("Readers", account, args.reader_role_arns, reading, (f"s3.{args.region}.amazonaws.com",)),
    )


def _bucket_statements(bucket_arn: str, trail_arn: str) -> tuple[Statement, ...]:
    trail = Condition("StringEquals", "aws:SourceArn", (trail_arn,))
    files = ObjectPrefix(bucket_arn, "AWSLogs")
    return (
        Statement("TrailLooks", "Allow", ("s3:GetBucketAcl",), (Exactly(bucket_arn),), (CLOUDTRAIL,), (trail,)),
        Statement("TrailWrites", "Allow", ("s3:PutObject",), (files,), (CLOUDTRAIL,), (trail,)),
    )
