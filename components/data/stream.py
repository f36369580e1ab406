"""The stream of what is to be kept of payments."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.blocks.stream import stream_on_demand


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
        stream = stream_on_demand(
            name,
            stream_name=args.stream_name,
            key_arn=args.key_arn,
            hours=args.hours,
            protect=args.protect,
            parent=self,
        )
        self.arn = stream.arn
        self.register_outputs({"arn": self.arn})
