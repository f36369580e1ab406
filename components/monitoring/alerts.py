"""Who is told when an alarm changes: each alarm of the environment, whoever made it, by one rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_rules
from components.blocks.naming import PROJECT, arn
from components.blocks.topic import Topic, TopicArgs, publication_by_rules, subscribe_by_mail

if TYPE_CHECKING:
    from components.blocks.naming import Names

ALARMS, UNDELIVERED = "alarms", "undelivered-mail"
"""The rules."""
WINDOW = "-window"
"""How the names of alarms end that mean nothing alone: a composite alarm over them is told of instead."""
COMPLIANCE = ("audit-chain", "vault-")
"""How the names of alarms go on, after the environment's, that a compliance officer is told of."""
TOLD = {
    "alarm": "$.detail.alarmName",
    "state": "$.detail.state.value",
    "before": "$.detail.previousState.value",
    "reason": "$.detail.state.reason",
    "region": "$.region",
    "at": "$.time",
}


@dataclass(frozen=True, slots=True)
class AlertsArgs:
    """`addresses`: who gets an e-mail of every alarm; `compliance_addresses`: of those of audit chain and vault.

    `configuration_set`: of SES, whose undelivered mail is told of as well.
    """

    names: Names
    region: str
    addresses: tuple[str, ...]
    compliance_addresses: tuple[str, ...]
    configuration_set: str
    protect: bool


class Alerts(pulumi.ComponentResource):
    """A topic under its own key, on which two rules may publish and nobody else.

    An alarm needs no action of its own: CloudWatch tells EventBridge of every change (CloudWatch User Guide, "Alarm
    events and EventBridge"). An alarm that is over is told of only if it was one: a new alarm's first OK is no news.
    """

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:Alerts", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        rule_arns = tuple(args.names.rule_arn(args.region, rule) for rule in (ALARMS, UNDELIVERED))
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=args.names.key_alias(name),
                description="What is told of alarms",
                statements=(administration(args.names.account_id), use_by_rules(rule_arns)),
                protect=args.protect,
            ),
            self._child,
        )
        publication = publication_by_rules("Rules", args.names.topic_arn(args.region, name), rule_arns)
        topic = Topic(name, TopicArgs(args.names.regional(name), key.arn, (publication,)), self._child)
        self.topic_arn = topic.arn
        self._tell(ALARMS, "Alarms of the environment that begin or end", _alarms(args), TOLD)
        self._tell(UNDELIVERED, "Mail that did not arrive", _undelivered(args), None)
        self._subscribe(name)
        self.register_outputs({"topicArn": self.topic_arn})

    def _tell(self, rule: str, description: str, pattern: dict[str, object], told: dict[str, str] | None) -> None:
        made = aws.cloudwatch.EventRule(
            rule,
            name=self._args.names.regional(rule),
            description=description,
            event_pattern=json.dumps(pattern, sort_keys=True),
            opts=self._child,
        )
        transformer = None
        if told is not None:
            # EventBridge puts quotes around each value by itself.
            template = ", ".join(f'"{key}": <{key}>' for key in told)
            transformer = aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths=told, input_template=f"{{{template}}}"
            )
        aws.cloudwatch.EventTarget(
            rule,
            rule=made.name,
            target_id="people",
            arn=self.topic_arn,
            input_transformer=transformer,
            opts=self._child,
        )

    def _subscribe(self, name: str) -> None:
        begin = [{"prefix": f"{_prefix(self._args.names)}{each}"} for each in COMPLIANCE]
        of_compliance = json.dumps({"alarm": begin}, sort_keys=True)
        subscribe_by_mail(name, self.topic_arn, self._args.addresses, self._child)
        subscribe_by_mail(
            f"{name}-compliance", self.topic_arn, self._args.compliance_addresses, self._child, of_compliance
        )


def _prefix(names: Names) -> str:
    return f"{PROJECT}-{names.environment}-"


def _alarms(args: AlertsArgs) -> dict[str, object]:
    """By its ARN an alarm is the environment's, by its name one that means something alone."""
    own = arn("cloudwatch", args.region, args.names.account_id, f"alarm:{_prefix(args.names)}")
    begins = {"state": {"value": ["ALARM"]}}
    ends = {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}}
    return {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "resources": [{"prefix": own}],
        "detail": {"alarmName": [{"anything-but": {"suffix": WINDOW}}], "$or": [begins, ends]},
    }


def _undelivered(args: AlertsArgs) -> dict[str, object]:
    """SES Developer Guide, "Examples of event data that Amazon SES sends to EventBridge"."""
    return {
        "source": ["aws.ses"],
        "detail-type": ["Email Bounced", "Email Complaint Received", "Email Rejected"],
        "detail": {"mail": {"tags": {"ses:configuration-set": [args.configuration_set]}}},
    }
