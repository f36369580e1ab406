"""A topic that tells others what has happened."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly
from components.blocks.transport import refuse_plain_transport


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
