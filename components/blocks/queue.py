"""A queue with a dead-letter queue beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, EveryAction, Exactly, Service
from components.blocks.transport import refuse_plain_transport

if TYPE_CHECKING:
    from collections.abc import Iterable

RETENTION_SECONDS = 14 * 24 * 3600
VISIBILITY_FACTOR = 6
"""Visibility timeout over function timeout: what AWS asks for, so that a batch is not delivered again while it runs and
its throttled tries fit in (Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping")."""
DATA_KEY_REUSE_SECONDS = 300
MAX_MESSAGE_BYTES = 1_048_576
"""SQS's most. The provider's default is a quarter of it, which a 256 kB body that does not compress outgrows."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A service (`sns.amazonaws.com`) that may send in the name of resources of its own."""

    sid: str
    service: str
    source_arns: tuple[pulumi.Input[str], ...]


@dataclass(frozen=True, slots=True)
class WorkQueueArgs:
    """`ordered`: FIFO; then both names end in `.fifo`. `senders`: who may send by the queue's own policy.

    `deliveries`: how often a message is handed out before it goes to the dead-letter queue.
    """

    queue_name: str
    dead_letter_queue_name: str
    key_arn: pulumi.Input[str]
    consumer_timeout_seconds: int
    deliveries: int
    protect: bool
    ordered: bool = True
    senders: tuple[Sender, ...] = ()


class WorkQueue(pulumi.ComponentResource):
    """A queue that feeds a function, under one's own key, TLS only.

    Ordered: FIFO in high-throughput mode, order and deduplication per message group. Else a standard queue.

    A message stays for 14 days, in either queue. An alarm is raised by the first message that failed for good.
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    dead_letter_url: pulumi.Output[str]
    dead_letter_arn: pulumi.Output[str]
    alarm_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:WorkQueue", name, None, opts)
        self._args = args
        dead_letters = self._queue(f"{name}-dead-letters", args.dead_letter_queue_name, ())
        queue = self._queue(name, args.queue_name, args.senders)
        child = pulumi.ResourceOptions(parent=self)
        aws.sqs.RedriveAllowPolicy(
            name,
            queue_url=dead_letters.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}, sort_keys=True
            ),
            opts=child,
        )
        aws.sqs.RedrivePolicy(
            name,
            queue_url=queue.url,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": args.deliveries}, sort_keys=True
            ),
            opts=child,
        )
        self.alarm_arn = self._alarm(name, dead_letters)
        self.url = queue.url
        self.arn = queue.arn
        self.dead_letter_url = dead_letters.url
        self.dead_letter_arn = dead_letters.arn
        self.register_outputs({"url": self.url, "arn": self.arn, "deadLetterUrl": self.dead_letter_url})

    def _queue(self, name: str, queue_name: str, senders: tuple[Sender, ...]) -> aws.sqs.Queue:
        ordered = self._args.ordered
        queue = aws.sqs.Queue(
            name,
            name=queue_name,
            fifo_queue=True if ordered else None,
            deduplication_scope="messageGroup" if ordered else None,
            fifo_throughput_limit="perMessageGroupId" if ordered else None,
            kms_master_key_id=self._args.key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,
            max_message_size=MAX_MESSAGE_BYTES,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=VISIBILITY_FACTOR * self._args.consumer_timeout_seconds,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        set_queue_policy(name, queue, senders, parent=self)
        return queue

    def _alarm(self, name: str, dead_letters: aws.sqs.Queue) -> pulumi.Output[str]:
        description = "A message failed for good. Look at it, mend the cause, put it back."
        return alarm_on_any(f"{name}-dead-letters", dead_letters, description, parent=self).arn


def alarm_on_any(
    name: str, queue: aws.sqs.Queue, description: str, *, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """An alarm, called as the queue, that rises with the first message in it."""
    return aws.cloudwatch.MetricAlarm(
        name,
        name=queue.name,
        alarm_description=description,
        namespace="AWS/SQS",
        metric_name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue.name},
        statistic="Maximum",
        period=60,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        treat_missing_data="notBreaching",
        opts=pulumi.ResourceOptions(parent=parent),
    )


def set_queue_policy(name: str, queue: aws.sqs.Queue, senders: Iterable[Sender], *, parent: pulumi.Resource) -> None:
    """The queue's own policy: nothing in clear, and these senders beside those who may by policies of their own."""
    every_action = EveryAction("sqs", reason="whatever SQS offers, it must not travel in clear")
    refused = refuse_plain_transport(every_action, Exactly(queue.arn))
    aws.sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        policy=policy_document([refused, *(_sending(sender, queue.arn) for sender in senders)]),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _sending(sender: Sender, queue_arn: pulumi.Output[str]) -> Statement:
    source = Condition("ArnEquals", "aws:SourceArn", sender.source_arns)
    return Statement(
        sender.sid, "Allow", ("sqs:SendMessage",), (Exactly(queue_arn),), (Service(sender.service),), (source,)
    )
