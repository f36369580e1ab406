"""What tells a function to look, at least every 15 seconds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.queue import VISIBILITY_FACTOR, set_queue_policy
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly

if TYPE_CHECKING:
    from components.blocks.naming import Names

RETENTION_SECONDS = 600
"""A tick that is ten minutes old is worth nothing: there have been dozens since."""


@dataclass(frozen=True, slots=True)
class TicksArgs:
    """`purpose`: what for. `schedule_name`: its role's. `consumer_timeout_seconds`: the function's own timeout."""

    names: Names
    region: str
    purpose: str
    schedule_name: str
    consumer_timeout_seconds: int


class Ticks(pulumi.ComponentResource):
    """A schedule that fires once a minute (EventBridge Scheduler knows no shorter time) and the queue that it sends to.

    The function sends the ticks of the seconds in between itself, to the same queue with a delay. A standard queue: a
    FIFO queue knows no delay of a single message, and a tick that comes twice does no harm. No dead-letter queue: the
    next tick does what one that failed did not.
    """

    queue_url: pulumi.Output[str]
    queue_arn: pulumi.Output[str]

    def __init__(self, name: str, args: TicksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:Ticks", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        queue = self._queue(name, args)
        role = ExecutionRole(
            f"{name}-schedule",
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, args.schedule_name),
                service="scheduler.amazonaws.com",
                description="Sends a tick to the tick queue every minute",
                for_account=args.names.account_id,
            ),
            opts=self._child,
        )
        permitted = aws.iam.RolePolicy(
            f"{name}-schedule",
            name="grants",
            role=role.role_name,
            policy=policy_document([Statement("SendMessage", "Allow", ("sqs:SendMessage",), (Exactly(queue.arn),))]),
            opts=self._child,
        )
        self._schedule(name, args, queue, role, permitted)
        self.queue_url = queue.url
        self.queue_arn = queue.arn
        self.register_outputs({"queueUrl": self.queue_url, "queueArn": self.queue_arn})

    def _queue(self, name: str, args: TicksArgs) -> aws.sqs.Queue:
        queue = aws.sqs.Queue(
            name,
            name=args.names.standard_queue(name),
            sqs_managed_sse_enabled=True,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=VISIBILITY_FACTOR * args.consumer_timeout_seconds,
            opts=self._child,
        )
        set_queue_policy(name, queue, (), parent=self)
        return queue

    def _schedule(
        self, name: str, args: TicksArgs, queue: aws.sqs.Queue, role: ExecutionRole, permitted: aws.iam.RolePolicy
    ) -> None:
        aws.scheduler.Schedule(
            name,
            name=args.names.regional(name),
            description=args.purpose,
            schedule_expression="rate(1 minute)",
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=queue.arn,
                role_arn=role.arn,
                input=json.dumps({"fan_out": True}),
                # A firing that fails is not made up for: the one before reaches into the minute after it.
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=60, maximum_retry_attempts=5
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
