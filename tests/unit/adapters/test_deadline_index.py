"""The index of open transactions and the queue of ticks: what is asked and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.stub import ANY, Stubber

from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.dynamodb_items import to_attribute, to_attributes
from lambdas.adapters.dynamodb_overdue import DynamoDBOverdueTransactions
from lambdas.adapters.dynamodb_step import step_write
from lambdas.adapters.sqs import SqsTickQueue
from lambdas.core.deadlines import Position, Tick, copy_shard_of, copy_shards_of, shards_of
from lambdas.core.durability import Copies
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.steps import Step
from lambdas.core.transaction import MessageReference
from lambdas.service.ports import ConcurrentChange, NotSent, OverduePage
from tests.unit.sdk import dynamodb_client, sqs_client
from tests.unit.service.fakes import REGION, START, TRANSACTION_ID, opened

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_sqs.client import SQSClient

    from lambdas.adapters.dynamodb_items import AttributeValue

SHARD = shards_of(REGION)[0]
ITEM = {
    "open_shard": {"S": SHARD},
    "deadline": {"S": "2026-11-03T10:15:30.123Z"},
    "transaction_id": {"S": TRANSACTION_ID},
}
POSITION = Position(START, TRANSACTION_ID)
TIMED_OUT = Step(
    TRANSACTION_ID, frozenset({TransactionStatus.ACSP}), TransactionStatus.RJCT, START, REGION,
    epoch=1, overdue_at=START + timedelta(seconds=1), stays_listed=True,
)  # fmt: skip


@pytest.fixture
def table() -> DynamoDBClient:
    return dynamodb_client()


@pytest.fixture
def queues() -> SQSClient:
    return sqs_client()


@pytest.mark.parametrize(("after", "last"), [(None, ITEM), (POSITION, None)])
def test_a_page_is_asked_of_the_index_and_goes_on_when_there_is_more(
    table: DynamoDBClient, after: Position | None, last: dict[str, dict[str, str]] | None
) -> None:
    asked = {
        "TableName": "table",
        "IndexName": "index",
        "KeyConditionExpression": "#open_shard = :shard AND #deadline < :before",
        "ExpressionAttributeNames": {"#open_shard": "open_shard", "#deadline": "deadline"},
        "ExpressionAttributeValues": {":shard": {"S": SHARD}, ":before": {"S": "2026-11-03T10:15:31.123Z"}},
        "Limit": 7,
        **({} if after is None else {"ExclusiveStartKey": ITEM}),
    }
    with Stubber(table) as stubber:
        stubber.add_response("query", {"Items": [ITEM], **({"LastEvaluatedKey": last} if last else {})}, asked)
        index = DynamoDBOverdueTransactions(table, "table", "index", page_items=7)
        page = index.page(SHARD, before=START + timedelta(seconds=1), after=after)
    assert page == OverduePage((POSITION,), POSITION if last else None)


def test_the_list_is_left_in_the_same_write_when_a_step_ends_the_transaction() -> None:
    ended = replace(TIMED_OUT, stays_listed=False, overdue_at=None)
    write = step_write(ended)
    assert write.update.endswith(" REMOVE #open_shard")
    assert write.names["#open_shard"] == "open_shard"


def test_the_transaction_stays_listed_and_its_deadline_is_asked_when_it_times_out() -> None:
    write = step_write(TIMED_OUT)
    assert "REMOVE" not in write.update
    assert write.condition.split(" AND ") == [
        "#status IN (:expected0)", "#owner_region = :owner", "#epoch = :epoch", "#deadline < :overdue_at",
    ]  # fmt: skip
    assert write.values[":overdue_at"] == {"S": "2026-11-03T10:15:31.123Z"}


def test_the_owner_is_another_region_when_the_step_says_so() -> None:
    write = step_write(replace(TIMED_OUT, owner_region="eu-west-2"))
    assert write.values[":owner"] == {"S": "eu-west-2"}
    assert write.values[":entry"] == to_attribute(
        [{"status": "RJCT", "reason": None, "at": "2026-11-03T10:15:30.123Z", "region": REGION}]
    )


@pytest.mark.parametrize(("attributes", "listed"), [({}, False), ({"open_shard": {"S": SHARD}}, True)])
def test_the_record_says_whether_it_is_listed_when_it_is_found(
    table: DynamoDBClient, attributes: dict[str, AttributeValue], *, listed: bool
) -> None:
    item = {**to_attributes(opened().document()), **attributes}
    with Stubber(table) as stubber:
        stubber.add_response("get_item", {"Item": item})
        found = DynamoDBTransactionStore(table, "table").find(TRANSACTION_ID)
    assert found is not None
    assert found == opened()
    assert found.listed is listed


def test_the_deadline_is_written_with_the_step_when_the_definition_has_one() -> None:
    step = Step(
        TRANSACTION_ID, frozenset({TransactionStatus.ACTC}), TransactionStatus.ACSP, START, REGION, deadline=START
    )
    write = step_write(step)
    assert "#deadline = :added0" in write.update
    assert write.values[":added0"] == {"S": "2026-11-03T10:15:30.123Z"}


def test_only_what_has_ended_leaves_the_list_when_it_is_taken_off(table: DynamoDBClient) -> None:
    with Stubber(table) as stubber:
        stubber.add_client_error("update_item", "ConditionalCheckFailedException", http_status_code=400)
        with pytest.raises(ConcurrentChange):
            DynamoDBTransactionStore(table, "table").unlist(TRANSACTION_ID)


def test_ticks_are_sent_with_their_delays_when_there_are_several(queues: SQSClient) -> None:
    tick = Tick((SHARD,))
    entries = [
        {"Id": "0", "MessageBody": tick.to_json(), "DelaySeconds": 15},
        {"Id": "1", "MessageBody": ANY, "DelaySeconds": 30},
    ]
    answer = {
        "Successful": [{"Id": each, "MessageId": each, "MD5OfMessageBody": ""} for each in "01"],
        "Failed": [],
    }
    with Stubber(queues) as stubber:
        stubber.add_response("send_message_batch", answer, {"QueueUrl": "url", "Entries": entries})
        SqsTickQueue(queues, "url").send([(tick, 15), (tick, 30)])


def test_ticks_are_sent_by_tens_when_there_are_more_than_one_call_takes(queues: SQSClient) -> None:
    with Stubber(queues) as stubber:
        for numbers in (range(10), range(10), range(1)):
            entries = [{"Id": str(each), "MessageBody": ANY, "DelaySeconds": ANY} for each in numbers]
            taken = [{"Id": str(each), "MessageId": "m", "MD5OfMessageBody": ""} for each in numbers]
            answer = {"Successful": taken, "Failed": []}
            stubber.add_response("send_message_batch", answer, {"QueueUrl": "url", "Entries": entries})
        SqsTickQueue(queues, "url").send([(Tick((SHARD,)), delay) for delay in range(21)])
        stubber.assert_no_pending_responses()


def test_it_is_raised_when_a_tick_was_not_taken(queues: SQSClient) -> None:
    failed = [{"Id": "0", "SenderFault": False, "Code": "InternalError"}]
    with Stubber(queues) as stubber:
        stubber.add_response("send_message_batch", {"Failed": failed, "Successful": []})
        with pytest.raises(NotSent, match="1 of 1"):
            SqsTickQueue(queues, "url").send([(Tick((SHARD,)), 0)])


AWAITING = replace(
    opened(),
    status=TransactionStatus.ACSC,
    message=MessageReference("incoming/x/y", "ab" * 32, "application/xml", None, copies=Copies((REGION,), ("b",))),
)


def _expected_change(update: str, names: dict[str, str], values: dict[str, object]) -> dict[str, object]:
    return {
        "TableName": "table",
        "Key": {"transaction_id": {"S": TRANSACTION_ID}},
        "UpdateExpression": update,
        "ConditionExpression": "#status IN (:ended0, :ended1, :ended2)",
        "ExpressionAttributeNames": names | {"#status": "status", "#open_shard": "open_shard"},
        "ExpressionAttributeValues": values
        | {":ended0": {"S": "ACSC"}, ":ended1": {"S": "CANC"}, ":ended2": {"S": "RJCT"}},
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_it_moves_to_the_list_of_its_owner_when_it_awaits_a_copy(table: DynamoDBClient) -> None:
    shard = copy_shard_of(REGION, TRANSACTION_ID)
    assert shard in copy_shards_of(REGION)
    assert not set(copy_shards_of(REGION)) & set(shards_of(REGION))
    asked = _expected_change("SET #open_shard = :shard", {}, {":shard": {"S": shard}})
    with Stubber(table) as stubber:
        stubber.add_response("update_item", {"Attributes": to_attributes(AWAITING.document())}, asked)
        DynamoDBTransactionStore(table, "table").list_for_copy(AWAITING)


def test_copies_are_noted_and_the_list_left_in_one_write_when_all_are_there(table: DynamoDBClient) -> None:
    asked = _expected_change(
        "SET #message.#copies = :copies, #updated_at = :at REMOVE #open_shard",
        {"#message": "message", "#copies": "copies", "#updated_at": "updated_at"},
        {
            ":copies": {"M": {"regions": {"L": [{"S": "b"}, {"S": REGION}]}, "missing": {"L": []}}},
            ":at": {"S": "2026-11-03T10:15:30.123Z"},
        },
    )
    assert AWAITING.message is not None
    with Stubber(table) as stubber:
        stubber.add_response("update_item", {"Attributes": to_attributes(AWAITING.document())}, asked)
        DynamoDBTransactionStore(table, "table").note_copies(AWAITING, AWAITING.message.copies.completed, START)


def test_an_open_transaction_keeps_its_list_when_copies_are_noted(table: DynamoDBClient) -> None:
    with Stubber(table) as stubber:
        stubber.add_client_error("update_item", "ConditionalCheckFailedException", http_status_code=400)
        with pytest.raises(ConcurrentChange):
            DynamoDBTransactionStore(table, "table").note_copies(AWAITING, Copies((REGION,)), START)
