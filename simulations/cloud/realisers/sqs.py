"""SQS: queues and their policies.

A queue's URL is the same in both Regions, as MiniStack has it: the Region that a call is signed for decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import as_json_text, outputs_of, text, texts_by_name, whole_numbers
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
EXISTS = ("QueueNameExists", "QueueAlreadyExists")
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
DOCUMENTS = frozenset({"policy", "redrivePolicy", "redriveAllowPolicy"})


class Queue:
    """`aws:sqs/queue:Queue`; identified by its name in its Region, so that what is there is adopted."""

    type = "aws:sqs/queue:Queue"
    replace_on = frozenset({"name", "namePrefix", "fifoQueue"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the queue, or bring the one of this name to the inputs."""
        name = text(inputs, "name")
        kind = {"FifoQueue": "true"} if inputs.get("fifoQueue") else {}
        tags = texts_by_name(inputs, "tags")
        with accepting(*EXISTS):
            cloud.call("sqs", "create_queue", QueueName=name, Attributes={**kind, **_attributes(inputs)}, tags=tags)
        return self.update(cloud, f"{cloud.endpoint}/{cloud.account_id}/{name}", {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring attributes and tags to the new inputs; what is not given any more takes AWS's default."""
        del outputs
        unset = {ATTRIBUTES[name]: "" for name in DOCUMENTS if name in old and name not in new}
        attributes = {**unset, **_attributes(new)}
        if attributes:
            cloud.call("sqs", "set_queue_attributes", QueueUrl=identity, Attributes=attributes)
        gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
        if gone:
            cloud.call("sqs", "untag_queue", QueueUrl=identity, TagKeys=gone)
        tags = texts_by_name(new, "tags")
        if tags and old:
            cloud.call("sqs", "tag_queue", QueueUrl=identity, Tags=tags)
        queue_arn = arn("sqs", cloud.region, cloud.account_id, text(new, "name"))
        return Realised(identity, outputs_of(cloud, new, {"arn": queue_arn, "url": identity}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the queue with its messages."""
        del outputs
        with accepting(*GONE):
            cloud.call("sqs", "delete_queue", QueueUrl=identity)


class QueueDocument(PutAgain):
    """A policy of a queue as a resource of its own; its id is the queue's URL."""

    replace_on: ClassVar[frozenset[str]] = frozenset({"queueUrl"})

    def __init__(self, type_token: str, name: str) -> None:
        self.type = type_token
        self._input = name

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the document; one that is there is overwritten."""
        url = text(inputs, "queueUrl")
        attributes = {ATTRIBUTES[self._input]: as_json_text(inputs, self._input)}
        cloud.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes=attributes)
        return Realised(url, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the document away; the queue stays."""
        del outputs
        with accepting(*GONE):
            cloud.call("sqs", "set_queue_attributes", QueueUrl=identity, Attributes={ATTRIBUTES[self._input]: ""})


QUEUE_POLICY = QueueDocument("aws:sqs/queuePolicy:QueuePolicy", "policy")
REDRIVE_POLICY = QueueDocument("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy")
REDRIVE_ALLOW_POLICY = QueueDocument("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy")


def _attributes(inputs: Inputs) -> dict[str, str]:
    given = {ATTRIBUTES[name]: _attribute(inputs, name) for name in ATTRIBUTES}
    return {name: value for name, value in given.items() if value is not None}


def _attribute(inputs: Inputs, name: str) -> str | None:
    if name in DOCUMENTS:
        return as_json_text(inputs, name)
    value = inputs.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(whole_numbers(value)) if isinstance(value, str | int | float) else None
