"""A topic that tells others what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Exactly, Service
from components.blocks.transport import refuse_plain_transport

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class TopicArgs:
    """`topic_name` is the name in AWS, `key_arn` the key of the topic's own Region.

    `statements`: whom the topic's own policy lets publish: services, which have no policies of their own.
    """

    topic_name: str
    key_arn: pulumi.Input[str]
    statements: tuple[Statement, ...] = ()


class Topic(pulumi.ComponentResource):
    """A standard SNS topic under one's own key; what is published must come over TLS.

    Who may publish is in the publishers' own policies; the topic's gives nothing to anyone but to named services.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: TopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:Topic", name, None, opts)
        topic = aws.sns.Topic(
            name,
            name=args.topic_name,
            kms_master_key_id=args.key_arn,
            signature_version=2,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=policy_document([refuse_plain_transport(("sns:Publish",), Exactly(topic.arn)), *args.statements]),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})


def publication_by_rules(sid: str, topic_arn: str, rule_arns: tuple[str, ...]) -> Statement:
    """Lets EventBridge publish what these rules match, for the topic's own policy."""
    return Statement(
        sid,
        "Allow",
        ("sns:Publish",),
        (Exactly(topic_arn),),
        (Service("events.amazonaws.com"),),
        (Condition("ArnEquals", "aws:SourceArn", rule_arns),),
    )


def subscribe_by_mail(
    name: str,
    topic_arn: pulumi.Input[str],
    addresses: Iterable[str],
    opts: pulumi.ResourceOptions,
    filter_policy: str | None = None,
) -> None:
    """Each address gets what is published, or that of it whose body the policy (JSON) lets through."""
    for number, address in enumerate(addresses):
        aws.sns.TopicSubscription(
            f"{name}-{number}",
            topic=topic_arn,
            protocol="email",
            endpoint=address,
            filter_policy=filter_policy,
            filter_policy_scope=None if filter_policy is None else "MessageBody",
            opts=opts,
        )
