"""What the hub tells others about transactions that ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.topic import Topic, TopicArgs
from components.payment.message_path import NOTIFICATIONS

if TYPE_CHECKING:
    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class NotificationsArgs:
    """`key_arn` is the payload key of the Region: a notification names transactions."""

    names: Names
    key_arn: pulumi.Input[str]


class Notifications(pulumi.ComponentResource):
    """The Region's topic of ended transactions."""

    def __init__(self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:Notifications", name, None, opts)
        self.topic = Topic(
            name,
            TopicArgs(topic_name=args.names.regional(NOTIFICATIONS), key_arn=args.key_arn),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"topicArn": self.topic.arn})
