"""The stream of what is to be kept of payments."""

from __future__ import annotations

import pulumi

from components.blocks.stream import StreamArgs, stream_on_demand


class DataStream(pulumi.ComponentResource):
    """A Kinesis stream on demand, under the data manager's key: nobody has to know how many shards a day needs."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: StreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:DataStream", name, None, opts)
        self.arn = stream_on_demand(name, args, self).arn
        self.register_outputs({"arn": self.arn})
