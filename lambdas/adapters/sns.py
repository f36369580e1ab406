"""Telling subscribers by SNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient

    from lambdas.core.messages import Notification


@dataclass(frozen=True, slots=True)
class SnsNotifier:
    """Notifier over one standard topic."""

    client: SNSClient
    topic_arn: str

    def publish(self, notification: Notification) -> None:
        """One Publish; status and participant are attributes too, for subscribers' filter policies."""
        self.client.publish(
            TopicArn=self.topic_arn,
            Message=notification.to_json(),
            MessageAttributes={
                "status": {"DataType": "String", "StringValue": notification.status},
                "participant": {"DataType": "String", "StringValue": notification.participant},
            },
        )
