"""The stream of what is to be kept of payments."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class DataStreamArgs:
    """`hours`: how long a record can be read again."""

    stream_name: str
    key_arn: pulumi.Input[str]
    hours: int
    protect: bool


class DataStream(pulumi.ComponentResource):
    """A Kinesis stream on demand, under the data manager's key: nobody has to know how many shards a day needs."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: DataStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:DataStream", name, None, opts)
        stream = aws.kinesis.Stream(
            name,
            name=args.stream_name,
            stream_mode_details=aws.kinesis.StreamStreamModeDetailsArgs(stream_mode="ON_DEMAND"),
            encryption_type="KMS",
            kms_key_id=args.key_arn,
            retention_period=args.hours,
            enforce_consumer_deletion=not args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = stream.arn
        self.register_outputs({"arn": self.arn})
