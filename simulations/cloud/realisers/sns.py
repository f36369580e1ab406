"""SNS: topics, their policies and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import as_json_text, at, changed, outputs_of, tag_list, text, whole_numbers
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "NotFound"
# https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
TOPIC_ATTRIBUTES = {
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
SUBSCRIPTION_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


class Topic:
    """`aws:sns/topic:Topic`; its id is its ARN, and a topic of this name is adopted."""

    type = "aws:sns/topic:Topic"
    replace_on = frozenset({"name", "namePrefix", "fifoTopic"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the topic, or bring the one of this name to the inputs."""
        kind = {"FifoTopic": "true"} if inputs.get("fifoTopic") else {}
        answer = cloud.call(
            "sns", "create_topic", Name=text(inputs, "name"), Attributes=kind or None, Tags=tag_list(inputs)
        )
        return self.update(cloud, at(answer, "TopicArn"), {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the attributes and tags to the new inputs."""
        del outputs
        for name, value in _changes(old, new, TOPIC_ATTRIBUTES).items():
            cloud.call("sns", "set_topic_attributes", TopicArn=identity, AttributeName=name, AttributeValue=value)
        if old and changed(old, new, ["tags"]) and tag_list(new):
            cloud.call("sns", "tag_resource", ResourceArn=identity, Tags=tag_list(new))
        return Realised(identity, outputs_of(cloud, new, {"arn": identity, "owner": cloud.account_id}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the topic with its subscriptions."""
        del outputs
        with accepting(GONE):
            cloud.call("sns", "delete_topic", TopicArn=identity)


class TopicPolicy(PutAgain):
    """`aws:sns/topicPolicy:TopicPolicy`; its id is the topic's ARN."""

    type = "aws:sns/topicPolicy:TopicPolicy"
    replace_on = frozenset({"arn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the policy; the one that is there is overwritten."""
        topic_arn, policy = text(inputs, "arn"), as_json_text(inputs, "policy")
        cloud.call("sns", "set_topic_attributes", TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
        return Realised(topic_arn, outputs_of(cloud, inputs, {"owner": cloud.account_id}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the policy away; the topic stays."""
        del outputs
        with accepting(GONE):
            cloud.call("sns", "set_topic_attributes", TopicArn=identity, AttributeName="Policy", AttributeValue="")


class TopicSubscription:
    """`aws:sns/topicSubscription:TopicSubscription`; subscribing the same endpoint again gives the same one."""

    type = "aws:sns/topicSubscription:TopicSubscription"
    replace_on = frozenset({"topic", "protocol", "endpoint"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Subscribe the endpoint."""
        answer = cloud.call(
            "sns",
            "subscribe",
            TopicArn=text(inputs, "topic"),
            Protocol=text(inputs, "protocol"),
            Endpoint=text(inputs, "endpoint"),
            ReturnSubscriptionArn=True,
        )
        return self.update(cloud, at(answer, "SubscriptionArn"), {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring filter, raw delivery and redrive to the new inputs."""
        del outputs
        for name, value in _changes(old, new, SUBSCRIPTION_ATTRIBUTES).items():
            cloud.call(
                "sns",
                "set_subscription_attributes",
                SubscriptionArn=identity,
                AttributeName=name,
                AttributeValue=value,
            )
        own: dict[str, JsonValue] = {"arn": identity, "ownerId": cloud.account_id, "pendingConfirmation": False}
        return Realised(identity, outputs_of(cloud, new, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Unsubscribe."""
        del outputs
        with accepting(GONE):
            cloud.call("sns", "unsubscribe", SubscriptionArn=identity)


def _changes(old: Inputs, new: Inputs, attributes: Mapping[str, str]) -> dict[str, str]:
    names = [name for name in attributes if old.get(name) != new.get(name)]
    return {attributes[name]: _attribute(new, name) for name in names}


def _attribute(inputs: Inputs, name: str) -> str:
    value = inputs.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(whole_numbers(value))
    return as_json_text(inputs, name) or ""
