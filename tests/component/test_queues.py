"""Queues lose nothing: each has a dead-letter queue, time to work in, and its own key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.component.policies import statements_of

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

QUEUE = "aws:sqs/queue:Queue"
NAMES = ("incoming", "processing", "releasing")
OF_EVENTS = ("payment-events", "syncing")
STANDARD = (*OF_EVENTS, "changes")
OF_HUBS = {"risk-signals-left", "payment-status", "payment-status-dead-letters", "undelivered-status"}
"""Queues that hubs' own tests hold."""
DELIVERIES = dict.fromkeys((*NAMES, "changes"), 5) | dict.fromkeys(OF_EVENTS, 1000)


def suffix(name: str) -> str:
    return "" if name in STANDARD else ".fifo"


@pytest.mark.parametrize("name", DELIVERIES)
def test_queue_hands_what_fails_to_its_dead_letter_queue_when_tries_are_used_up(
    dev: dict[str, RecordedStack], name: str
) -> None:
    stack = dev["dev-eu-west-2"]
    queue, dead_letters = stack.one(QUEUE, name), stack.one(QUEUE, f"{name}-dead-letters")
    redrive = stack.one("aws:sqs/redrivePolicy:RedrivePolicy", name).inputs
    allow = stack.one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", name).inputs
    assert redrive["queueUrl"] == queue.outputs["url"]
    assert json.loads(redrive["redrivePolicy"]) == {
        "deadLetterTargetArn": dead_letters.outputs["arn"],
        "maxReceiveCount": DELIVERIES[name],
    }
    assert allow["queueUrl"] == dead_letters.outputs["url"]
    assert json.loads(allow["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [queue.outputs["arn"]],
    }
    assert dead_letters.inputs["name"] == f"twinrail-dev-{name}-dead-letters{suffix(name)}"


@pytest.mark.parametrize("environment", ["dev", "prod"])
@pytest.mark.parametrize("name", NAMES)
def test_message_stays_hidden_for_six_function_timeouts_when_it_is_handed_out(
    environment: str, name: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    stack = stacks[f"{environment}-eu-west-1"]
    timeout_seconds = stack.one("aws:lambda/function:Function", name).inputs["timeout"]
    assert stack.one(QUEUE, name).inputs["visibilityTimeoutSeconds"] >= 6 * timeout_seconds


def test_every_queue_is_fast_fifo_encrypted_and_kept_when_it_is_made(dev: dict[str, RecordedStack]) -> None:
    queues = {
        name: queue
        for name, queue in dev["dev-eu-west-2"].of(QUEUE).items()
        if not name.endswith("ticks") and name not in OF_HUBS
    }
    assert len(queues) == 12
    for name, queue in queues.items():
        if name.removesuffix("-dead-letters") in STANDARD:
            # A standard topic feeds no FIFO queue, nor does a rule whose events have no order.
            assert not {"fifoQueue", "deduplicationScope", "fifoThroughputLimit"} & queue.inputs.keys()
        else:
            assert queue.inputs["fifoQueue"] is True
            assert queue.inputs["deduplicationScope"] == "messageGroup"
            assert queue.inputs["fifoThroughputLimit"] == "perMessageGroupId"
        assert queue.inputs["maxMessageSize"] == 1_048_576
        assert queue.inputs["kmsMasterKeyId"] == dev["dev-foundation"].exports["payload_key_arns"]["eu-west-2"]
        assert queue.inputs["messageRetentionSeconds"] == 14 * 24 * 3600


def test_every_queue_and_topic_refuses_plain_transport_when_it_is_made(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    policies = [
        *stack.of("aws:sqs/queuePolicy:QueuePolicy").values(),
        *stack.of("aws:sns/topicPolicy:TopicPolicy").values(),
    ]
    # Topics to which rules publish, and queues of hubs, are held by the hubs' tests.
    policies = [each for each in policies if each.name not in {"findings", "alerts", "fraud-alerts", *OF_HUBS}]
    assert len(policies) == 16
    for policy in policies:
        statement, *others = statements_of(policy)
        assert len(others) == (policy.name in STANDARD)
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": ["false"]}}


def test_alarm_rises_when_a_message_failed_for_good(dev: dict[str, RecordedStack]) -> None:
    alarms = dev["dev-eu-west-1"].of("aws:cloudwatch/metricAlarm:MetricAlarm")
    of_dead_letters = [
        alarm.inputs for alarm in alarms.values() if alarm.name.removesuffix("-dead-letters") in DELIVERIES
    ]
    watched = {alarm["dimensions"]["QueueName"] for alarm in of_dead_letters}
    assert watched == {f"twinrail-dev-{name}-dead-letters{suffix(name)}" for name in DELIVERIES}
    assert all(alarm["threshold"] == 0 for alarm in of_dead_letters)


def test_alarm_rises_when_payment_events_wait(dev: dict[str, RecordedStack]) -> None:
    alarms = dev["dev-eu-west-1"].of("aws:cloudwatch/metricAlarm:MetricAlarm")
    waiting = {name: alarm.inputs for name, alarm in alarms.items() if name.endswith("-waiting")}
    assert {each["dimensions"]["QueueName"] for each in waiting.values()} == {
        f"twinrail-dev-{name}" for name in OF_EVENTS
    }
    assert all(
        (each["metricName"], each["threshold"]) == ("ApproximateAgeOfOldestMessage", 900) for each in waiting.values()
    )


@pytest.mark.parametrize("name", OF_EVENTS)
def test_topic_feeds_the_queue_and_nobody_elses_does_when_events_are_told(
    dev: dict[str, RecordedStack], name: str
) -> None:
    stack = dev["dev-eu-west-1"]
    topic_arn = stack.exports["notification_topic_arn"]
    queue_arn = stack.one(QUEUE, name).outputs["arn"]
    subscribed = stack.one("aws:sns/topicSubscription:TopicSubscription", name).inputs
    assert (subscribed["topic"], subscribed["endpoint"], subscribed["rawMessageDelivery"]) == (
        topic_arn,
        queue_arn,
        True,
    )
    _, allowed = statements_of(stack.one("aws:sqs/queuePolicy:QueuePolicy", name))
    assert allowed == {
        "Sid": "Notifications",
        "Effect": "Allow",
        "Action": ["sqs:SendMessage"],
        "Resource": [queue_arn],
        "Principal": {"Service": ["sns.amazonaws.com"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": [topic_arn]}},
    }
