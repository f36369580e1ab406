"""Kinesis streams on demand: nobody has to know how many shards a day needs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class StreamArgs:
    """`stream_name`: in AWS. `hours`: how long a record can be read again."""

    stream_name: str
    key_arn: pulumi.Input[str]
    hours: int
    protect: bool


def stream_on_demand(name: str, args: StreamArgs, parent: pulumi.Resource) -> aws.kinesis.Stream:
    """A stream under one's own key."""
    return aws.kinesis.Stream(
        name,
        name=args.stream_name,
        stream_mode_details=aws.kinesis.StreamStreamModeDetailsArgs(stream_mode="ON_DEMAND"),
        encryption_type="KMS",
        kms_key_id=args.key_arn,
        retention_period=args.hours,
        enforce_consumer_deletion=not args.protect,
        opts=pulumi.ResourceOptions(parent=parent, protect=args.protect),
    )
