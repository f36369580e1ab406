"""The queues of a replay: what is sent to them, when they are worked off, and what failed on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from botocore.stub import ANY, Stubber

from lambdas.core.messages import ProcessingMessage
from lambdas.core.transaction import MessageReference
from simulations.operations.dead_letters import DeadLetterQueue
from simulations.operations.errors import QueueUnreachable, UnknownQueue
from simulations.operations.replay_queues import RegionQueues, queues_by_region
from tests.unit.sdk import sqs_client

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

REGION = "eu-west-1"
TAKEN: dict[str, list[object]] = {"Successful": [], "Failed": []}
NOW = datetime(2026, 11, 24, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def client() -> SQSClient:
    return sqs_client()


@pytest.fixture
def queues(client: SQSClient) -> RegionQueues:
    processing, releasing = (
        DeadLetterQueue(REGION, each, each, f"{each}-dead-letters", client) for each in ("processing", "releasing")
    )
    return RegionQueues(processing, releasing)


def message(transaction_id: str) -> ProcessingMessage:
    return ProcessingMessage(transaction_id, 1, NOW, NOW, MessageReference("key", "sha256", "application/xml", None))


def holds(stubber: Stubber, url: str, visible: int = 0, under_way: int = 0, delayed: int = 0) -> None:
    told = {"": visible, "NotVisible": under_way, "Delayed": delayed}
    stubber.add_response(
        "get_queue_attributes",
        {"Attributes": {f"ApproximateNumberOfMessages{each}": str(number) for each, number in told.items()}},
        {"QueueUrl": url, "AttributeNames": ANY},
    )


def test_each_message_is_sent_in_the_hubs_form_under_a_fresh_id_when_there_are_more_than_ten(
    stubber: Stubber, queues: RegionQueues
) -> None:
    messages, ids = [message(f"t{number}") for number in range(12)], count()
    for batch, first in ((messages[:10], 0), (messages[10:], 10)):
        entries = [
            {
                "Id": str(index),
                "MessageBody": each.to_json(),
                "MessageGroupId": each.transaction_id,
                "MessageDeduplicationId": f"fresh-{first + index}",
            }
            for index, each in enumerate(batch)
        ]
        stubber.add_response("send_message_batch", TAKEN, {"QueueUrl": "processing", "Entries": entries})
    assert queues.send(messages, lambda: f"fresh-{next(ids)}") == {}


def test_what_sqs_does_not_take_is_named_with_its_code(stubber: Stubber, queues: RegionQueues) -> None:
    failed = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]
    stubber.add_response(
        "send_message_batch", {"Successful": [], "Failed": failed}, {"QueueUrl": "processing", "Entries": ANY}
    )
    assert queues.send([message("t0"), message("t1")], lambda: "fresh") == {"t1": "InternalError"}


def test_they_are_empty_when_nothing_waits_and_nothing_is_under_way(stubber: Stubber, queues: RegionQueues) -> None:
    holds(stubber, "processing")
    holds(stubber, "releasing")
    assert queues.empty()


@pytest.mark.parametrize("state", ["visible", "under_way", "delayed"])
@pytest.mark.parametrize("queue", ["processing", "releasing"])
def test_they_are_not_empty_when_one_holds_a_message_in_any_state(
    stubber: Stubber, queues: RegionQueues, queue: str, state: str
) -> None:
    # Processing before releasing: asked the other way round, what goes from one to the other in between is not seen.
    for each in ("processing", "releasing")[: 1 if queue == "processing" else 2]:
        holds(stubber, each, **({state: 1} if each == queue else {}))
    assert not queues.empty()


def test_only_what_failed_since_and_was_sent_is_named_when_there_are_dead_letters(
    stubber: Stubber, queues: RegionQueues
) -> None:
    earlier, now = (str(int(at.timestamp() * 1000)) for at in (NOW - timedelta(hours=1), NOW))
    letters = [("sent", now), ("sent-and-mended", earlier), ("another", now)]
    holds(stubber, "processing-dead-letters", visible=len(letters))
    received = [
        {
            "MessageId": transaction_id,
            "ReceiptHandle": transaction_id,
            "Body": "{}",
            "Attributes": {"MessageGroupId": transaction_id},
            "MessageAttributes": {
                "reason": {"DataType": "String", "StringValue": "LedgerUnavailable"},
                "first_received_ms": {"DataType": "String", "StringValue": first_ms},
            },
        }
        for transaction_id, first_ms in letters
    ]
    stubber.add_response("receive_message", {"Messages": received})
    stubber.add_response("receive_message", {})
    stubber.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []})
    holds(stubber, "releasing-dead-letters")
    assert queues.failed({"sent", "sent-and-mended"}, NOW) == {"sent": "processing: LedgerUnavailable"}


def test_the_queue_is_named_when_sqs_refuses(stubber: Stubber, queues: RegionQueues) -> None:
    stubber.add_client_error("get_queue_attributes", "AccessDenied")
    with pytest.raises(QueueUnreachable, match="eu-west-1: the queue processing cannot be reached"):
        queues.empty()


def test_the_queue_is_named_when_a_region_lacks_it(queues: RegionQueues) -> None:
    assert queues_by_region([queues.processing, queues.releasing]) == {REGION: queues}
    with pytest.raises(UnknownQueue, match="no queue releasing of eu-west-1"):
        queues_by_region([queues.processing])
