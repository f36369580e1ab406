"""The queues of one Region's message path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.queue import FifoQueue, FifoQueueArgs
from components.payment.message_path import CONSUMERS, QueueName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.function import FunctionSize
    from components.blocks.naming import Names
    from components.payment.message_path import FunctionName


@dataclass(frozen=True, slots=True)
class MessageQueuesArgs:
    """`sizes` give the time a queue's function may take; `deliveries` how often a message is tried."""

    names: Names
    key_arn: pulumi.Input[str]
    sizes: Mapping[FunctionName, FunctionSize]
    deliveries: int
    protect: bool


class MessageQueues(pulumi.ComponentResource):
    """The incoming, processing and releasing queues: regional on purpose, each with its dead-letter queue."""

    def __init__(self, name: str, args: MessageQueuesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:MessageQueues", name, None, opts)
        self.queues = {queue: self._queue(queue, args) for queue in QueueName}
        self.register_outputs({})

    def _queue(self, queue: QueueName, args: MessageQueuesArgs) -> FifoQueue:
        return FifoQueue(
            queue,
            FifoQueueArgs(
                queue_name=args.names.queue(queue),
                dead_letter_queue_name=args.names.dead_letter_queue(queue),
                key_arn=args.key_arn,
                consumer_timeout_seconds=args.sizes[CONSUMERS[queue]].timeout_seconds,
                deliveries=args.deliveries,
                protect=args.protect,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
