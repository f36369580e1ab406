"""Queues deliver, give up to their dead-letter queue, and topics reach their subscribers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import at, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
REDRIVE_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def fifo(name: str, **more: JsonValue) -> dict[str, JsonValue]:
    return {
        "name": f"{name}.fifo",
        "fifoQueue": True,
        "deduplicationScope": "messageGroup",
        "fifoThroughputLimit": "perMessageGroupId",
        "messageRetentionSeconds": 1209600.0,
        **more,
    }


def attributes(cloud: Cloud, url: str) -> dict[str, JsonValue]:
    answer = cloud.call("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    return mapping(answer, "Attributes")


def receive(cloud: Cloud, url: str) -> list[dict[str, JsonValue]]:
    return items(cloud.call("sqs", "receive_message", QueueUrl=url, VisibilityTimeout=0), "Messages")


def send(cloud: Cloud, url: str, body: str) -> None:
    cloud.call("sqs", "send_message", QueueUrl=url, MessageBody=body, MessageGroupId="1", MessageDeduplicationId=body)


def test_message_moves_to_the_dead_letter_queue_when_it_was_tried_often_enough(
    home: Cloud, create: Create, unique: str, eventually: Callable[[Callable[[], JsonValue]], JsonValue]
) -> None:
    dead = create(QUEUE, fifo(f"{unique[:40]}-dead"))
    queue = create(QUEUE, fifo(unique[:40]))
    redrive = json.dumps({"deadLetterTargetArn": dead.outputs["arn"], "maxReceiveCount": 1})
    create(REDRIVE, {"queueUrl": queue.outputs["url"], "redrivePolicy": redrive})
    allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue.outputs["arn"]]})
    create(REDRIVE_ALLOW, {"queueUrl": dead.outputs["url"], "redriveAllowPolicy": allow})
    create(QUEUE_POLICY, {"queueUrl": queue.outputs["url"], "policy": POLICY})
    send(home, queue.id, "payment")

    def dead_letters() -> JsonValue:
        receive(home, queue.id)
        return [text(message, "Body") for message in receive(home, dead.id)]

    assert eventually(dead_letters) == ["payment"]
    assert json.loads(at(attributes(home, queue.id), "RedrivePolicy"))["maxReceiveCount"] == 1


def test_url_names_the_queue_of_the_signing_region_when_both_have_one(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    here, there = create(QUEUE, fifo(unique), home), create(QUEUE, fifo(unique), away)
    send(home, here.id, "payment")
    assert here.outputs["url"] == there.outputs["url"] == f"{home.endpoint}/{home.account_id}/{unique}.fifo"
    assert receive(away, there.id) == []
    assert [text(message, "Body") for message in receive(home, here.id)] == ["payment"]
    assert attributes(away, there.id)["QueueArn"] == there.outputs["arn"]


def test_queue_takes_the_new_attributes_when_they_change(home: Cloud, create: Create, unique: str) -> None:
    before = fifo(unique, visibilityTimeoutSeconds=30.0, policy=POLICY, tags={"owner": "payments"})
    queue = create(QUEUE, before)
    after = fifo(unique, visibilityTimeoutSeconds=120.0, tags={"class": "test"})
    REALISERS[QUEUE].update(home, queue.id, before, after, queue.outputs)
    found = attributes(home, queue.id)
    assert found["VisibilityTimeout"] == "120"
    assert not found.get("Policy")
    assert home.call("sqs", "list_queue_tags", QueueUrl=queue.id)["Tags"] == {"class": "test"}


def test_messages_stay_when_a_crashed_run_left_the_queue_behind(home: Cloud, create: Create, unique: str) -> None:
    queue = create(QUEUE, fifo(unique, visibilityTimeoutSeconds=30.0))
    send(home, queue.id, "payment")
    REALISERS[QUEUE].create(home, fifo(unique, visibilityTimeoutSeconds=60.0))
    assert attributes(home, queue.id)["VisibilityTimeout"] == "60"
    assert [text(message, "Body") for message in receive(home, queue.id)] == ["payment"]


def test_queue_is_gone_when_it_is_deleted_twice(home: Cloud, create: Create, unique: str) -> None:
    queue = create(QUEUE, fifo(unique))
    for _ in range(2):
        REALISERS[QUEUE].delete(home, queue.id, queue.outputs)
    with pytest.raises(ClientError, match="NonExistentQueue"):
        attributes(home, queue.id)


def test_subscriber_gets_only_what_its_filter_lets_through(
    home: Cloud, create: Create, unique: str, eventually: Callable[[Callable[[], JsonValue]], JsonValue]
) -> None:
    queue = create(QUEUE, {"name": unique})
    topic = create(TOPIC, {"name": unique, "signatureVersion": 2.0, "kmsMasterKeyId": "alias/aws/sns"})
    create(TOPIC_POLICY, {"arn": topic.outputs["arn"], "policy": POLICY})
    wanted = json.dumps({"status": ["ACSC"]})
    create(
        SUBSCRIPTION,
        {
            "topic": topic.id,
            "protocol": "sqs",
            "endpoint": queue.outputs["arn"],
            "rawMessageDelivery": True,
            "filterPolicy": wanted,
        },
    )
    for status in ("RJCT", "ACSC"):
        attribute = {"status": {"DataType": "String", "StringValue": status}}
        home.call("sns", "publish", TopicArn=topic.id, Message=status, MessageAttributes=attribute)
    found = mapping(home.call("sns", "get_topic_attributes", TopicArn=topic.id), "Attributes")
    assert eventually(lambda: [text(message, "Body") for message in receive(home, queue.id)]) == ["ACSC"]
    assert found["SignatureVersion"] == "2"
    assert json.loads(text(found, "Policy")) == json.loads(POLICY)


def test_topic_is_gone_when_it_is_deleted_twice(home: Cloud, create: Create, unique: str) -> None:
    topic = create(TOPIC, {"name": unique, "displayName": "before"})
    REALISERS[TOPIC].update(
        home, topic.id, {"name": unique, "displayName": "before"}, {"name": unique, "displayName": "after"}, {}
    )
    found = mapping(home.call("sns", "get_topic_attributes", TopicArn=topic.id), "Attributes")
    assert found["DisplayName"] == "after"
    for _ in range(2):
        REALISERS[TOPIC].delete(home, topic.id, topic.outputs)
    with pytest.raises(ClientError, match="NotFound"):
        home.call("sns", "get_topic_attributes", TopicArn=topic.id)
