"""What AWS's services find in a Region's part of the account, held against standards, and told to people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_rules
from components.blocks.topic import Topic, TopicArgs, publication_by_rules, subscribe_by_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

STANDARDS: Mapping[str, str] = MappingProxyType(
    {
        "foundational": "standards/aws-foundational-security-best-practices/v/1.0.0",
        "pci-dss": "standards/pci-dss/v/4.0.1",
        "nist-800-53": "standards/nist-800-53/v/5.0.0",
    }
)
"""Security Hub User Guide, "Standards reference": what stands in their ARNs, by the name that settings use."""
RULE = "findings"
TOLD = ("CRITICAL", "HIGH")


@dataclass(frozen=True, slots=True)
class FindingsSettings:
    """`alarm_addresses`: who gets an e-mail about what is found. `standards`: names of STANDARDS.

    `scan_percent`: how many of the payloads, in a hundred, Macie reads in a week's search.
    """

    alarm_addresses: tuple[str, ...]
    standards: tuple[str, ...]
    scan_percent: int


@dataclass(frozen=True, slots=True)
class FindingsArgs:
    """`settings`: whom to tell, and of which standards."""

    names: Names
    region: str
    settings: FindingsSettings
    protect: bool


class Findings(pulumi.ComponentResource):
    """Security Hub with the chosen standards; what it calls critical or high goes to a topic, and from there by e-mail.

    Each Region tells its own: an aggregator in one Region would be silent with it.
    """

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FindingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Findings", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        hub = aws.securityhub.Account(
            name,
            enable_default_standards=False,
            control_finding_generator="SECURITY_CONTROL",
            auto_enable_controls=True,
            opts=self._child,
        )
        for standard in args.settings.standards:
            aws.securityhub.StandardsSubscription(
                standard,
                standards_arn=f"arn:aws:securityhub:{args.region}::{STANDARDS[standard]}",
                opts=pulumi.ResourceOptions(parent=self, depends_on=[hub]),
            )
        self.topic_arn = self._tell(name, args)
        self.register_outputs({"topicArn": self.topic_arn})

    def _tell(self, name: str, args: FindingsArgs) -> pulumi.Output[str]:
        rule_arn = args.names.rule_arn(args.region, RULE)
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=args.names.key_alias(name),
                description="What is told of findings",
                statements=(administration(args.names.account_id), use_by_rules([rule_arn])),
                protect=args.protect,
            ),
            self._child,
        )
        publication = publication_by_rules("Rule", args.names.topic_arn(args.region, name), (rule_arn,))
        topic = Topic(name, TopicArgs(args.names.regional(name), key.arn, (publication,)), self._child)
        rule = aws.cloudwatch.EventRule(
            name,
            name=args.names.regional(RULE),
            description="New findings of Security Hub that someone has to look at",
            event_pattern=json.dumps(_pattern(), sort_keys=True),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, target_id="people", arn=topic.arn, opts=self._child)
        subscribe_by_mail(name, topic.arn, args.settings.alarm_addresses, self._child)
        return topic.arn


def _pattern() -> dict[str, object]:
    return {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {
            "findings": {
                "Severity": {"Label": list(TOLD)},
                "Workflow": {"Status": ["NEW"]},
                "RecordState": ["ACTIVE"],
            }
        },
    }
