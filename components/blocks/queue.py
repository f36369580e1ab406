"""A FIFO queue with a dead-letter queue beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.blocks.statement import policy_document
from components.blocks.statement_parts import EveryAction, Exactly
from components.blocks.transport import refuse_plain_transport

RETENTION_SECONDS = 14 * 24 * 3600
VISIBILITY_FACTOR = 6
"""Visibility timeout over function timeout: what AWS asks for, so that a batch is not delivered again while it runs and
its throttled tries fit in (Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping")."""
DATA_KEY_REUSE_SECONDS = 300
MAX_MESSAGE_BYTES = 1_048_576
"""SQS's most. The provider's default is a quarter of it, which a 256 kB body that does not compress outgrows."""


@dataclass(frozen=True, slots=True)
class FifoQueueArgs:
    """Names end in `.fifo`. `deliveries`: how often a message is handed out before it goes to the dead-letter queue."""

    queue_name: str
    dead_letter_queue_name: str
    key_arn: pulumi.Input[str]
    consumer_timeout_seconds: int
    deliveries: int
    protect: bool


class FifoQueue(pulumi.ComponentResource):
    """A FIFO queue in high-throughput mode (order and deduplication per message group), under one's own key, TLS only.

    A message stays for 14 days, in either queue. An alarm is raised by the first message that failed for good.
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    dead_letter_url: pulumi.Output[str]
    dead_letter_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FifoQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:FifoQueue", name, None, opts)
        self._args = args
        dead_letters = self._queue(f"{name}-dead-letters", args.dead_letter_queue_name)
        queue = self._queue(name, args.queue_name)
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
        self._alarm(name, dead_letters)
        self.url = queue.url
        self.arn = queue.arn
        self.dead_letter_url = dead_letters.url
        self.dead_letter_arn = dead_letters.arn
        self.register_outputs({"url": self.url, "arn": self.arn, "deadLetterUrl": self.dead_letter_url})

    def _queue(self, name: str, queue_name: str) -> aws.sqs.Queue:
        queue = aws.sqs.Queue(
            name,
            name=queue_name,
            fifo_queue=True,
            deduplication_scope="messageGroup",
            fifo_throughput_limit="perMessageGroupId",
            kms_master_key_id=self._args.key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,
            max_message_size=MAX_MESSAGE_BYTES,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=VISIBILITY_FACTOR * self._args.consumer_timeout_seconds,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        every_action = EveryAction("sqs", reason="whatever SQS offers, it must not travel in clear")
        aws.sqs.QueuePolicy(
            name,
            queue_url=queue.url,
            policy=policy_document([refuse_plain_transport(every_action, Exactly(queue.arn))]),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return queue

    def _alarm(self, name: str, dead_letters: aws.sqs.Queue) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{name}-dead-letters",
            name=dead_letters.name,
            alarm_description="A message failed for good. Look at it, mend the cause, put it back.",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": dead_letters.name},
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            treat_missing_data="notBreaching",
            opts=pulumi.ResourceOptions(parent=self),
        )
