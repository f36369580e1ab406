"""The stream of what is to be assessed."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class RiskSignalsArgs:
    """`hours`: how long a signal can be read again."""

    stream_name: str
    key_arn: pulumi.Input[str]
    hours: int
    protect: bool


class RiskSignals(pulumi.ComponentResource):
    """A Kinesis stream on demand, under the risk engine's key."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: RiskSignalsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:RiskSignals", name, None, opts)
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
