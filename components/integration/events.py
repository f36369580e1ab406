"""Payment status, from the hub's own topic to the bus of third parties, and from there to their webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import (
    THIS_KEY,
    administration,
    use_by_account_through,
    use_by_roles,
    use_by_rules,
    use_by_topics,
)
from components.blocks.naming import arn
from components.blocks.queue import Sender, WorkQueue, WorkQueueArgs
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Exactly, Service, through
from components.integration.undelivered import Undelivered, UndeliveredArgs
from components.integration.webhook import DETAIL_TYPE, SOURCE, Webhook, WebhookArgs, rule_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names
    from components.integration.webhook import WebhookSettings

STATUS, BUS, UNDELIVERED, WEBHOOKS = "payment-status", "third-parties", "undelivered-status", "webhooks"
DELIVERIES = 100
PIPE_SECONDS = 30
BATCH = 10
FOR_CONNECTIONS = {"EventBridgeApiDestinations": "true"}
"""Without this tag EventBridge uses no key of ours for a connection's secret (its User Guide, "Encrypting EventBridge
connection authorization with AWS KMS keys")."""


@dataclass(frozen=True, slots=True)
class EventsArgs:
    """`topic_name`: of the topic that tells of ended transactions. `webhooks` by participant."""

    names: Names
    region: str
    topic_arn: pulumi.Input[str]
    topic_name: str
    webhooks: Mapping[str, WebhookSettings]
    secret_recovery_days: int
    protect: bool


class Events(pulumi.ComponentResource):
    """Topic, queue, pipe, bus, rules: no program of ours is between them, and what fails waits or raises an alarm."""

    def __init__(self, name: str, args: EventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:Events", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._bus_name = args.names.regional(BUS)
        self._bus_arn = arn("events", args.region, args.names.account_id, f"event-bus/{self._bus_name}")
        self._rule_arns = tuple(rule_arn(args.names, args.region, self._bus_name, each) for each in args.webhooks)
        pipe_role = self._role("payment-status", "pipes.amazonaws.com", "Carries payment status to the bus")
        self._key = self._made_key(pipe_role)
        self._undelivered = Undelivered(
            UNDELIVERED,
            UndeliveredArgs(
                queue_name=args.names.standard_queue(UNDELIVERED),
                key_arn=self._key.arn,
                source_arns=(self._bus_arn, *self._rule_arns),
                protect=args.protect,
            ),
            self._child,
        )
        bus = aws.cloudwatch.EventBus(
            BUS,
            name=self._bus_name,
            description="Payment status for third parties",
            kms_key_identifier=self._key.arn,
            dead_letter_config=aws.cloudwatch.EventBusDeadLetterConfigArgs(arn=self._undelivered.arn),
            opts=self._child,
        )
        self._pipe(self._queue(), bus, pipe_role)
        self._tell(bus)
        self.register_outputs({"busArn": bus.arn})

    def _role(self, name: str, service: str, description: str) -> ExecutionRole:
        names = self._args.names
        role_args = ExecutionRoleArgs(
            names.role(self._args.region, name), service, description, for_account=names.account_id
        )
        return ExecutionRole(name, role_args, self._child)

    def _made_key(self, pipe_role: ExecutionRole) -> RegionalKey:
        names, region, account = self._args.names, self._args.region, self._args.names.account_id
        topic_arn = names.topic_arn(region, self._args.topic_name)
        of_bus = (
            Condition("ArnEquals", "aws:SourceArn", (self._bus_arn,)),
            Condition("StringEquals", "kms:EncryptionContext:aws:events:event-bus:arn", (self._bus_arn,)),
        )
        events = (Service("events.amazonaws.com"),)
        statements = (
            administration(account),
            use_by_account_through("Secrets", account, (f"secretsmanager.{region}.amazonaws.com",)),
            use_by_topics([topic_arn]),
            use_by_rules([self._bus_arn, *self._rule_arns]),
            use_by_roles("Pipe", account, (pipe_role.arn,), ("kms:Decrypt",), (f"sqs.{region}.amazonaws.com",)),
            Statement("Bus", "Allow", ("kms:Decrypt", "kms:GenerateDataKey"), (THIS_KEY,), events, of_bus),
            Statement("BusLooks", "Allow", ("kms:DescribeKey",), (THIS_KEY,), events, of_bus[:1]),
        )
        return RegionalKey(
            self._name,
            RegionalKeyArgs(
                names.key_alias(self._name),
                "What third parties are told",
                statements,
                self._args.protect,
                FOR_CONNECTIONS,
            ),
            self._child,
        )

    def _queue(self) -> WorkQueue:
        queue = WorkQueue(
            STATUS,
            WorkQueueArgs(
                queue_name=self._args.names.standard_queue(STATUS),
                dead_letter_queue_name=self._args.names.dead_letter_queue(STATUS, ordered=False),
                key_arn=self._key.arn,
                consumer_timeout_seconds=PIPE_SECONDS,
                deliveries=DELIVERIES,
                protect=self._args.protect,
                ordered=False,
                senders=(Sender("Topic", "sns.amazonaws.com", (self._args.topic_arn,)),),
            ),
            self._child,
        )
        aws.sns.TopicSubscription(
            STATUS,
            topic=self._args.topic_arn,
            protocol="sqs",
            endpoint=queue.arn,
            raw_message_delivery=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[queue]),
        )
        return queue

    def _pipe(self, queue: WorkQueue, bus: aws.cloudwatch.EventBus, role: ExecutionRole) -> None:
        taken = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
        grants = [
            Statement("Take", "Allow", taken, (Exactly(queue.arn),)),
            Statement(
                "Open",
                "Allow",
                ("kms:Decrypt",),
                (Exactly(self._key.arn),),
                conditions=(through(self._args.region, "sqs"),),
            ),
            Statement("Tell", "Allow", ("events:PutEvents",), (Exactly(bus.arn),)),
        ]
        granted = aws.iam.RolePolicy(
            STATUS, name="grants", role=role.role_name, policy=policy_document(grants), opts=self._child
        )
        aws.pipes.Pipe(
            STATUS,
            name=self._args.names.regional(STATUS),
            description="Payment status, from queue to bus",
            role_arn=role.arn,
            source=queue.arn,
            source_parameters=aws.pipes.PipeSourceParametersArgs(
                sqs_queue_parameters=aws.pipes.PipeSourceParametersSqsQueueParametersArgs(batch_size=BATCH)
            ),
            target=bus.arn,
            target_parameters=aws.pipes.PipeTargetParametersArgs(
                eventbridge_event_bus_parameters=aws.pipes.PipeTargetParametersEventbridgeEventBusParametersArgs(
                    source=SOURCE, detail_type=DETAIL_TYPE
                ),
                # The notification as it is, which is JSON.
                input_template="<$.body>",
            ),
            # A pipe tries whether its role may take from the queue.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted]),
        )

    def _tell(self, bus: aws.cloudwatch.EventBus) -> None:
        if not self._args.webhooks:
            return
        role = self._role(WEBHOOKS, "events.amazonaws.com", "Calls third parties' webhooks")
        webhooks = [
            Webhook(
                f"webhook-{participant}",
                WebhookArgs(
                    names=self._args.names,
                    participant=participant,
                    settings=settings,
                    bus_name=bus.name,
                    key_arn=self._key.arn,
                    role_arn=role.arn,
                    dead_letter_arn=self._undelivered.arn,
                    secret_recovery_days=self._args.secret_recovery_days,
                ),
                self._child,
            )
            for participant, settings in self._args.webhooks.items()
        ]
        called = tuple(Exactly(each.destination_arn) for each in webhooks)
        aws.iam.RolePolicy(
            WEBHOOKS,
            name="grants",
            role=role.role_name,
            policy=policy_document([Statement("Call", "Allow", ("events:InvokeApiDestination",), called)]),
            opts=self._child,
        )
