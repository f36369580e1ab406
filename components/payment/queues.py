"""The queues of one Region's message path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.queue import Sender, WorkQueue, WorkQueueArgs
from components.payment.message_path import (
    CHANGES_RULE,
    CONSUMERS,
    EVENT_QUEUES,
    PAYMENT_QUEUES,
    STANDARD_QUEUES,
    QueueName,
    dead_letter_queue_name,
    queue_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.function import FunctionSize
    from components.blocks.naming import Names
    from components.payment.message_path import FunctionName


WAITING_SECONDS = 900
"""A payment event that waits for so long waits for something that is down. Its deliveries last for days: no dead letter
would tell in time."""


@dataclass(frozen=True, slots=True)
class MessageQueuesArgs:
    """`sizes` give the time a queue's function may take; `deliveries` how often a message of a queue is tried.

    `topic_arn`: the topic of ended transactions, which feeds the queues of payment events.
    """

    names: Names
    region: str
    key_arn: pulumi.Input[str]
    sizes: Mapping[FunctionName, FunctionSize]
    deliveries: Mapping[QueueName, int]
    topic_arn: pulumi.Input[str]
    protect: bool


class MessageQueues(pulumi.ComponentResource):
    """The queues that a message passes, and those of payment events: regional, each with its dead-letter queue.

    The topic gives each event to both queues of events: what keeps the one waiting does not keep the other.
    `alarm_arns`: of the alarms that say that payments do not go on, or that their events wait.
    """

    def __init__(self, name: str, args: MessageQueuesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:MessageQueues", name, None, opts)
        self._args = args
        self.queues = {queue: self._queue(queue) for queue in QueueName}
        for queue in EVENT_QUEUES:
            self._subscribe(queue)
        waiting = tuple(self._watch(queue) for queue in EVENT_QUEUES)
        self.alarm_arns = (*(self.queues[queue].alarm_arn for queue in PAYMENT_QUEUES), *waiting)
        self.register_outputs({})

    def _queue(self, queue: QueueName) -> WorkQueue:
        args = self._args
        return WorkQueue(
            queue,
            WorkQueueArgs(
                queue_name=queue_name(args.names, queue),
                dead_letter_queue_name=dead_letter_queue_name(args.names, queue),
                key_arn=args.key_arn,
                consumer_timeout_seconds=args.sizes[CONSUMERS[queue]].timeout_seconds,
                deliveries=args.deliveries[queue],
                protect=args.protect,
                ordered=queue not in STANDARD_QUEUES,
                senders=self._senders(queue),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _senders(self, queue: QueueName) -> tuple[Sender, ...]:
        """Who may send by the queue's own policy, beside functions by their roles."""
        args = self._args
        if queue in EVENT_QUEUES:
            return (Sender("Notifications", "sns.amazonaws.com", (args.topic_arn,)),)
        if queue is QueueName.CHANGES:
            # The rule is known by its name: the queue is there before it.
            rule_arn = args.names.rule_arn(args.region, CHANGES_RULE)
            return (Sender("Changes", "events.amazonaws.com", (rule_arn,)),)
        return ()

    def _subscribe(self, queue: QueueName) -> None:
        aws.sns.TopicSubscription(
            queue,
            topic=self._args.topic_arn,
            protocol="sqs",
            endpoint=self.queues[queue].arn,
            # The notification itself, without SNS's envelope around it.
            raw_message_delivery=True,
            # SNS must be let in before it delivers.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.queues[queue]]),
        )

    def _watch(self, queue: QueueName) -> pulumi.Output[str]:
        name = queue_name(self._args.names, queue)
        alarm = aws.cloudwatch.MetricAlarm(
            f"{queue}-waiting",
            name=f"{name}-waiting",
            alarm_description="Payment events wait: the event stream, or the opposite Region, does not take them.",
            namespace="AWS/SQS",
            metric_name="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": name},
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=WAITING_SECONDS,
            treat_missing_data="notBreaching",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return alarm.arn
