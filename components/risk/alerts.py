"""Who is told that a payment was refused, or that someone has to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.topic import Topic, TopicArgs, subscribe_by_mail

if TYPE_CHECKING:
    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class FraudAlertsArgs:
    """`addresses`: who gets an e-mail."""

    names: Names
    key_arn: pulumi.Input[str]
    addresses: tuple[str, ...]


class FraudAlerts(pulumi.ComponentResource):
    """A topic under the risk engine's key. No service may publish by its policy: the flow's role may, and it alone."""

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FraudAlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:FraudAlerts", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = Topic(name, TopicArgs(args.names.regional(name), args.key_arn), child)
        subscribe_by_mail(name, topic.arn, args.addresses, child)
        self.topic_arn = topic.arn
        self.register_outputs({"topicArn": self.topic_arn})
