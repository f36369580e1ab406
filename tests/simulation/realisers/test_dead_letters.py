"""Dead letters are looked at without being taken, and put back once each. Here, beside the queues that they need."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

import pytest

from simulations.cloud.realisers.documents import items, text
from simulations.operations.dead_letters import MOVED_BY_SQS, DeadLetterQueue, look, put_back, queues_of
from simulations.operations.errors import QueueUnreachable, UnknownQueue

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

    from simulations.cloud.realisers.base import Cloud
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
QUEUE = "aws:sqs/queue:Queue"


def client_of(cloud: Cloud) -> SQSClient:
    return cast("SQSClient", cloud.client("sqs"))


@pytest.fixture
def queue(home: Cloud, create: Create, unique: str) -> DeadLetterQueue:
    source, dead_letters = (
        create(QUEUE, {"name": f"{unique[:40]}{suffix}.fifo", "fifoQueue": True}).id for suffix in ("", "-dead-letters")
    )
    return DeadLetterQueue(home.region, "incoming", source, dead_letters, client_of(home))


def bury(queue: DeadLetterQueue, count: int) -> None:
    for number in range(count):
        told = {"reason": "MalformedDocument (x)", "function": "incoming", "deliveries": "3", "first_received_ms": "0"}
        queue.client.send_message(
            QueueUrl=queue.url,
            MessageBody=f"body {number}",
            MessageGroupId=f"transaction {number}",
            MessageDeduplicationId=f"{number}",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in told.items() if number
            },
        )


def test_they_go_back_and_are_known_by_their_body_when_the_queue_has_no_order(
    home: Cloud, create: Create, unique: str
) -> None:
    source, dead_letters = (create(QUEUE, {"name": f"{unique[:40]}{suffix}"}).id for suffix in ("", "-dead-letters"))
    queue = DeadLetterQueue(home.region, "payment-events", source, dead_letters, client_of(home))
    for body in ('{"transaction_id": "t"}', "no JSON", "[]"):
        queue.client.send_message(QueueUrl=dead_letters, MessageBody=body)
    assert sorted(each.transaction_id for each in look(queue)) == ["", "", "t"]
    assert put_back(queue, lambda: "unused") == 3
    assert look(queue) == []
    received = queue.client.receive_message(QueueUrl=source, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == 3


def test_all_are_shown_and_stay_when_they_are_looked_at_twice(queue: DeadLetterQueue) -> None:
    bury(queue, 23)
    seen = look(queue)
    assert [each.transaction_id for each in seen] == [f"transaction {number}" for number in range(23)]
    assert look(queue) == seen
    unknown, known = seen[:2]
    assert (unknown.reason, unknown.function, unknown.deliveries) == (MOVED_BY_SQS, None, None)
    assert (known.reason, known.function, known.deliveries) == ("MalformedDocument (x)", "incoming", 3)
    assert known.since == "1970-01-01T00:00:00Z"


def test_a_transaction_is_named_when_the_group_is_one_of_its_messages(queue: DeadLetterQueue) -> None:
    queue.client.send_message(
        QueueUrl=queue.url, MessageBody="{}", MessageGroupId="transaction:one", MessageDeduplicationId="1"
    )
    assert [each.transaction_id for each in look(queue)] == ["transaction"]


def test_each_is_put_back_once_with_its_group_when_it_is_redriven(home: Cloud, queue: DeadLetterQueue) -> None:
    bury(queue, 12)
    ids = itertools.count(100)
    assert put_back(queue, lambda: str(next(ids))) == 12
    assert look(queue) == []
    back = home.call(
        "sqs", "receive_message", QueueUrl=queue.source_url, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]
    )
    assert [text(each, "Body") for each in items(back, "Messages")] == [f"body {number}" for number in range(10)]
    assert put_back(queue, lambda: str(next(ids))) == 0


def test_what_was_not_sent_stays_visible_when_the_source_cannot_be_reached(queue: DeadLetterQueue) -> None:
    bury(queue, 2)
    broken = DeadLetterQueue(queue.region, queue.queue, f"{queue.source_url}x", queue.url, queue.client)
    with pytest.raises(QueueUnreachable, match="incoming"):
        put_back(broken, lambda: "1")
    assert len(look(queue)) == 2


def test_only_what_is_asked_for_is_chosen_when_queue_or_region_is_named(home: Cloud) -> None:
    urls = {"incoming": "a", "releasing": "b"}
    exports = {each: {"queue_urls": urls, "dead_letter_queue_urls": urls} for each in ("eu-west-1", "eu-west-2")}

    def chosen(**asked: str) -> list[tuple[str, str]]:
        return [(each.region, each.queue) for each in queues_of(exports, lambda _: client_of(home), **asked)]

    assert len(chosen()) == 4
    assert chosen(queue="incoming", region="eu-west-2") == [("eu-west-2", "incoming")]
    for asked in ({"queue": "outgoing"}, {"region": "us-east-1"}):
        with pytest.raises(UnknownQueue, match="is none of"):
            chosen(**asked)
