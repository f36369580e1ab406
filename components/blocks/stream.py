"""Kinesis streams on demand: nobody has to know how many shards a day needs."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


def stream_on_demand(
    name: str,
    *,
    stream_name: str,
    key_arn: pulumi.Input[str],
    hours: int,
    protect: bool,
    parent: pulumi.Resource,
) -> aws.kinesis.Stream:
    """A stream under one's own key. `hours`: how long a record can be read again."""
    return aws.kinesis.Stream(
        name,
        name=stream_name,
        stream_mode_details=aws.kinesis.StreamStreamModeDetailsArgs(stream_mode="ON_DEMAND"),
        encryption_type="KMS",
        kms_key_id=key_arn,
        retention_period=hours,
        enforce_consumer_deletion=not protect,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
