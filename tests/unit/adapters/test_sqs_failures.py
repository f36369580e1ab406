"""What failed for good is told with its reason and nothing of its content; the rest comes again, later each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from lambdas.adapters.environment import SourceQueue
from lambdas.adapters.sqs_failures import SqsFailedMessages, reason_of
from lambdas.core.documents import MalformedDocument
from lambdas.service.ports import PayloadUnavailable
from tests.unit.functions.events import sqs_event
from tests.unit.sdk import sqs_client

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

SOURCE = SourceQueue("source.fifo", "dead-letters", deliveries=5, first_seconds=5, longest_seconds=180)


@pytest.fixture
def client() -> SQSClient:
    return sqs_client()


@pytest.fixture
def failures(client: SQSClient) -> SqsFailedMessages:
    return SqsFailedMessages(client, "incoming", SOURCE)


def records(*groups: str, receive_count: int = 1) -> list[SQSRecord]:
    listed = sqs_event(*("body" for _ in groups), groups=groups, receive_count=receive_count)["Records"]
    assert isinstance(listed, list)
    return [SQSRecord(each) for each in listed]


@pytest.mark.parametrize(("receive_count", "exhausted"), [(1, False), (4, False), (5, True), (6, True)])
def test_the_last_delivery_is_known_when_sqs_has_counted_it(
    failures: SqsFailedMessages, receive_count: int, *, exhausted: bool
) -> None:
    [record] = records("g", receive_count=receive_count)
    assert failures.exhausted(record) is exhausted


def test_reason_function_and_time_are_told_when_a_message_is_put_away(
    stubber: Stubber, failures: SqsFailedMessages
) -> None:
    def text(value: str) -> dict[str, str]:
        return {"DataType": "String", "StringValue": value}

    sent = {
        "QueueUrl": "dead-letters",
        "MessageBody": "body",
        "MessageGroupId": "g",
        "MessageDeduplicationId": "m0",
        "MessageAttributes": {
            "reason": text("PayloadUnavailable (incoming/x cannot be read from any Region)"),
            "function": text("incoming"),
            "first_received_ms": text("1793700930123"),
            "deliveries": text("5"),
        },
    }
    stubber.add_response("send_message", {"MessageId": "x", "MD5OfMessageBody": ""}, sent)
    [record] = records("g", receive_count=5)
    failures.bury(record, PayloadUnavailable("incoming/x cannot be read from any Region"))


def test_a_message_stands_for_itself_when_its_queue_has_no_order(stubber: Stubber, client: SQSClient) -> None:
    failures = SqsFailedMessages(client, "publishing", replace(SOURCE, url="source"))
    once, often = records("", receive_count=1)[0], records("", "", receive_count=3)[1]
    entries = [
        {"Id": "0", "ReceiptHandle": "r0", "VisibilityTimeout": 5},
        {"Id": "1", "ReceiptHandle": "r1", "VisibilityTimeout": 20},
    ]
    asked = {"QueueUrl": "source", "Entries": entries}
    stubber.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, asked)
    failures.delay([once, often])
    # SQS refuses a deduplication id for a standard queue.
    sent = {"QueueUrl": "dead-letters", "MessageBody": "body", "MessageAttributes": ANY}
    stubber.add_response("send_message", {"MessageId": "x", "MD5OfMessageBody": ""}, sent)
    failures.bury(once, PayloadUnavailable("x"))


@pytest.mark.parametrize(
    ("receive_count", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (6, 160), (7, 180), (10**9, 180), (0, 5)]
)
def test_the_wait_doubles_up_to_its_limit_when_a_message_fails_again(
    stubber: Stubber, failures: SqsFailedMessages, receive_count: int, seconds: int
) -> None:
    entry = {"Id": "0", "ReceiptHandle": "r0", "VisibilityTimeout": seconds}
    asked = {"QueueUrl": "source.fifo", "Entries": [entry]}
    stubber.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, asked)
    failures.delay(records("g", receive_count=receive_count))


def test_all_of_a_group_wait_equally_long_when_they_were_handed_out_together(
    stubber: Stubber, failures: SqsFailedMessages
) -> None:
    mixed = [records("a", "b", receive_count=3)[0], *records("x", "b", "a", receive_count=1)[1:]]
    entries = [
        {"Id": str(index), "ReceiptHandle": each.receipt_handle, "VisibilityTimeout": seconds}
        for index, (each, seconds) in enumerate(zip(mixed, (20, 5, 20), strict=True))
    ]
    asked = {"QueueUrl": "source.fifo", "Entries": entries}
    stubber.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, asked)
    failures.delay(mixed)


PARTY = "Erika Mustermann DE89370400440532013000"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError(PARTY), "ValueError"),
        (MalformedDocument("incoming message: not JSON"), "MalformedDocument (incoming message: not JSON)"),
        (
            ClientError({"Error": {"Code": "SlowDown", "Message": PARTY}}, "PutObject"),
            "ClientError (PutObject SlowDown)",
        ),
        (PayloadUnavailable("ä\n" + "x" * 300), ("PayloadUnavailable (??" + "x" * 300)[:256]),
    ],
)
def test_the_reason_names_the_class_and_nobodys_data_when_something_failed(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
