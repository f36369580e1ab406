"""Who asked a site of CloudFront for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.key_policy import CRYPTOGRAPHY, THIS_KEY
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, ObjectPrefix, Service
from components.integration.site_edge import EDGE_REGION

if TYPE_CHECKING:
    from components.blocks.naming import Names

DELIVERY = Service("delivery.logs.amazonaws.com")
FILES = "AWSLogs"
LOCK_DAYS = 1


@dataclass(frozen=True, slots=True)
class SiteLogArgs:
    """`region`: where the log is kept. `key_arn`: one whose policy has `delivery_use`."""

    names: Names
    region: str
    distribution_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    retention_days: int
    protect: bool


class SiteLog(pulumi.ComponentResource):
    """Standard logging of CloudFront, into a bucket in the hub's own Region: it has addresses of people.

    CloudFront Developer Guide, "Configure standard logging (v2)": the source is in us-east-1, the bucket anywhere.
    """

    def __init__(self, name: str, args: SiteLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:SiteLog", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket_name = args.names.bucket(name, args.region)
        bucket = Bucket(
            name,
            BucketArgs(
                bucket_name=bucket_name,
                key_arn=args.key_arn,
                retention_days=args.retention_days,
                lock_mode="GOVERNANCE",
                lock_days=LOCK_DAYS,
                protect=args.protect,
                statements=(_delivery(args.names, name, f"arn:aws:s3:::{bucket_name}"),),
            ),
            child,
        )
        source = aws.cloudwatch.LogDeliverySource(
            name,
            name=args.names.regional(name),
            log_type="ACCESS_LOGS",
            resource_arn=args.distribution_arn,
            region=EDGE_REGION,
            opts=child,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            name,
            name=args.names.regional(name),
            output_format="json",
            delivery_destination_configuration=aws.cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs(
                destination_resource_arn=bucket.arn
            ),
            region=EDGE_REGION,
            opts=child,
        )
        aws.cloudwatch.LogDelivery(
            name,
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            region=EDGE_REGION,
            # It tries whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
        )
        self.register_outputs({"bucketName": bucket.bucket_name})


def source_arn(names: Names, name: str) -> str:
    """In whose name files are delivered."""
    return arn("logs", EDGE_REGION, names.account_id, f"delivery-source:{names.regional(name)}")


def delivery_use(names: Names, name: str) -> Statement:
    """Log delivery may encrypt this source's files (CloudWatch Logs User Guide, "Bucket server-side encryption")."""
    return Statement("LogDelivery", "Allow", CRYPTOGRAPHY, (THIS_KEY,), (DELIVERY,), _of_source(names, name))


def _delivery(names: Names, name: str, bucket_arn: str) -> Statement:
    owned = Condition("StringEquals", "s3:x-amz-acl", ("bucket-owner-full-control",))
    files = (ObjectPrefix(bucket_arn, FILES),)
    conditions = (owned, *_of_source(names, name))
    return Statement("LogDelivery", "Allow", ("s3:PutObject",), files, (DELIVERY,), conditions)


def _of_source(names: Names, name: str) -> tuple[Condition, Condition]:
    return (
        Condition("StringEquals", "aws:SourceAccount", (names.account_id,)),
        Condition("ArnEquals", "aws:SourceArn", (source_arn(names, name),)),
    )
