"""What could not be delivered to a third party: kept, with an alarm."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.blocks.queue import DATA_KEY_REUSE_SECONDS, RETENTION_SECONDS, Sender, alarm_on_any, set_queue_policy


@dataclass(frozen=True, slots=True)
class UndeliveredArgs:
    """`source_arns`: the rules and the bus in whose name EventBridge may send."""

    queue_name: str
    key_arn: pulumi.Input[str]
    source_arns: tuple[str, ...]
    protect: bool


class Undelivered(pulumi.ComponentResource):
    """A queue that EventBridge puts events into when it has given up on them. The first raises an alarm."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: UndeliveredArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:Undelivered", name, None, opts)
        queue = aws.sqs.Queue(
            name,
            name=args.queue_name,
            kms_master_key_id=args.key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,
            message_retention_seconds=RETENTION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = queue.arn
        set_queue_policy(name, queue, (Sender("GivenUp", "events.amazonaws.com", args.source_arns),), parent=self)
        alarm_on_any(name, queue, "A third party was not told of a payment. Look why, and tell it.", parent=self)
        self.register_outputs({"arn": self.arn})
