"""Where a Region's network writes what passed through it: one key, one bucket for flows, log groups for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs, LockMode
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import THIS_KEY, administration, use_by_logs
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, ObjectPrefix, Service

if TYPE_CHECKING:
    from components.blocks.naming import Names

DELIVERY = "delivery.logs.amazonaws.com"
FLOWS = "flows"
AGGREGATED_SECONDS = 60
LOG_FORMAT = " ".join(
    f"${{{field}}}"
    for field in (
        "version", "account-id", "vpc-id", "subnet-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport",
        "protocol", "packets", "bytes", "start", "end", "action", "log-status", "tcp-flags", "pkt-srcaddr",
        "pkt-dstaddr", "pkt-dst-aws-service", "flow-direction", "traffic-path",
    )
)  # fmt: skip
"""With the addresses of packets before and after NAT, and the way they took (VPC User Guide, "Flow log records")."""
KINDS = ("firewall-alerts", "firewall-flows", "resolver", "vpn")


@dataclass(frozen=True, slots=True)
class NetworkLogsArgs:
    """`retention_days`: of flows, `log_retention_days`: of groups. `lock_days`: for which no flow can be deleted."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    retention_days: int
    log_retention_days: int
    lock_mode: LockMode
    lock_days: int
    protect: bool


class NetworkLogs(pulumi.ComponentResource):
    """Every flow of the VPC in Parquet, a minute at a time; log groups (`group`) for firewall, resolver and VPN."""

    def __init__(self, name: str, args: NetworkLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:NetworkLogs", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        key = self._key(name)
        self._groups = {
            kind: aws.cloudwatch.LogGroup(
                kind,
                name=self._group_name(kind),
                retention_in_days=args.log_retention_days,
                kms_key_id=key.arn,
                opts=self._child,
            )
            for kind in KINDS
        }
        bucket = self._bucket(key)
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=pulumi.Output.concat(bucket.arn, "/", FLOWS, "/"),
            log_format=LOG_FORMAT,
            max_aggregation_interval=AGGREGATED_SECONDS,
            destination_options=aws.ec2.FlowLogDestinationOptionsArgs(
                file_format="parquet", hive_compatible_partitions=False, per_hour_partition=True
            ),
            # The service tries whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[bucket]),
        )
        self.register_outputs({"bucketName": bucket.bucket_name})

    def group(self, kind: str) -> aws.cloudwatch.LogGroup:
        """The log group of one of KINDS."""
        return self._groups[kind]

    def _group_name(self, kind: str) -> str:
        # The service's own policy lets deliveries into groups of this name (CloudWatch Logs User Guide, "vended logs").
        return f"/aws/vendedlogs/{self._args.names.regional(kind)}"

    def _key(self, name: str) -> RegionalKey:
        names, region = self._args.names, self._args.region
        groups = [arn("logs", region, names.account_id, f"log-group:{self._group_name(kind)}") for kind in KINDS]
        own = Condition("StringEquals", "aws:SourceAccount", (names.account_id,))
        flows = Statement(
            "Flows", "Allow", ("kms:Decrypt", "kms:GenerateDataKey"), (THIS_KEY,), (Service(DELIVERY),), (own,)
        )
        return RegionalKey(
            name,
            RegionalKeyArgs(
                names.key_alias("network-logs"),
                "What passed through the network",
                (administration(names.account_id), use_by_logs(region, groups), flows),
                self._args.protect,
            ),
            self._child,
        )

    def _bucket(self, key: RegionalKey) -> Bucket:
        args, account_id = self._args, self._args.names.account_id
        bucket_name = args.names.bucket("network-logs", args.region)
        bucket_arn = f"arn:aws:s3:::{bucket_name}"
        own = Condition("StringEquals", "aws:SourceAccount", (account_id,))
        owned = Condition("StringEquals", "s3:x-amz-acl", ("bucket-owner-full-control",))
        delivered = ObjectPrefix(bucket_arn, f"{FLOWS}/AWSLogs/{account_id}")
        # As flow logs ask for (VPC User Guide, "Amazon S3 bucket permissions for flow logs").
        statements = (
            Statement("Deliver", "Allow", ("s3:PutObject",), (delivered,), (Service(DELIVERY),), (own, owned)),
            Statement("Look", "Allow", ("s3:GetBucketAcl",), (Exactly(bucket_arn),), (Service(DELIVERY),), (own,)),
        )
        return Bucket(
            "network-logs",
            BucketArgs(
                bucket_name=bucket_name,
                key_arn=key.arn,
                retention_days=args.retention_days,
                lock_mode=args.lock_mode,
                lock_days=args.lock_days,
                protect=args.protect,
                statements=statements,
            ),
            self._child,
        )
