"""The stream of what is to be assessed."""

from __future__ import annotations

import pulumi

from components.blocks.stream import StreamArgs, stream_on_demand


class RiskSignals(pulumi.ComponentResource):
    """A Kinesis stream on demand, under the risk engine's key."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: StreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:RiskSignals", name, None, opts)
        self.arn = stream_on_demand(name, args, self).arn
        self.register_outputs({"arn": self.arn})
