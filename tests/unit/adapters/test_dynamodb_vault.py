"""The vault's calls on its tables: what each asks and writes. The SDK's stubber checks their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.dynamodb_vault import TRIES, DynamoDBAllowances, DynamoDBSubjects, DynamoDBTokens
from lambdas.core.documents import MalformedDocument
from lambdas.core.vault.records import Subject
from lambdas.service.vault_ports import VaultUnavailable
from tests.unit.service.vault_fakes import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.client import DynamoDBClient

TENANT, TABLE = "participant-a", "table"
LIMIT = 100
MINUTE = str(int(NOW.timestamp()) // 60)
ALLOWANCE = {"id": {"S": f"{TENANT}/allowance"}}
CHECK_FAILED = "ConditionalCheckFailedException"


@pytest.fixture
def stub(client: DynamoDBClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def asked(*names: str) -> dict[str, object]:
    keys = [{"id": {"S": f"{TENANT}/{name}"}} for name in names]
    return {"RequestItems": {TABLE: {"Keys": keys, "ConsistentRead": True}}}


def given(*items: dict[str, object], left: tuple[str, ...] = ()) -> dict[str, object]:
    unprocessed = {TABLE: {"Keys": [{"id": {"S": f"{TENANT}/{name}"}} for name in left]}} if left else {}
    return {"Responses": {TABLE: list(items)}, "UnprocessedKeys": unprocessed}


def item(name: str, **attributes: object) -> dict[str, object]:
    return {"id": {"S": f"{TENANT}/{name}"}, **attributes}


def test_tokens_are_found_by_tenant_and_strongly_consistent_when_they_are_asked_for(
    client: DynamoDBClient, stub: Stubber
) -> None:
    stub.add_response("batch_get_item", given(item("one", held_s1={"B": b"x"})), asked("one", "two"))
    assert DynamoDBTokens(client, TABLE).find(TENANT, {"two", "one"}) == {"one": {"s1": b"x"}}


def test_the_rest_is_asked_for_when_the_table_leaves_some_out(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_response("batch_get_item", given(item("a", held_s={"B": b"1"}), left=("b",)), asked("a", "b"))
    stub.add_response("batch_get_item", given(item("b", held_s={"B": b"2"})), asked("b"))
    assert set(DynamoDBTokens(client, TABLE).find(TENANT, {"a", "b"})) == {"a", "b"}


def test_nothing_is_taken_for_unknown_when_the_table_keeps_leaving_it_out(
    client: DynamoDBClient, stub: Stubber
) -> None:
    for _ in range(TRIES):
        stub.add_response("batch_get_item", given(left=("a",)), asked("a"))
    with pytest.raises(VaultUnavailable):
        DynamoDBTokens(client, TABLE).find(TENANT, {"a"})


def test_a_hundred_are_asked_for_at_a_time_when_there_are_more(client: DynamoDBClient, stub: Stubber) -> None:
    names = [f"{number:03}" for number in range(101)]
    stub.add_response("batch_get_item", given(), asked(*names[:100]))
    stub.add_response("batch_get_item", given(), asked(names[100]))
    assert DynamoDBTokens(client, TABLE).find(TENANT, names) == {}


@pytest.mark.parametrize("refused", [False, True])
def test_value_is_kept_once_when_it_is_held(client: DynamoDBClient, stub: Stubber, *, refused: bool) -> None:
    expected = {
        "TableName": TABLE,
        "Key": {"id": {"S": f"{TENANT}/token"}},
        "UpdateExpression": "SET #held = :sealed REMOVE #gone",
        "ConditionExpression": "attribute_not_exists(#held)",
        "ExpressionAttributeNames": {"#held": "held_new", "#gone": "held_old"},
        "ExpressionAttributeValues": {":sealed": {"B": b"x"}},
    }
    if refused:
        stub.add_client_error("update_item", CHECK_FAILED, expected_params=expected)
    else:
        stub.add_response("update_item", {}, expected)
    DynamoDBTokens(client, TABLE).hold(TENANT, "token", "new", b"x", instead_of="old")


def test_other_errors_come_through_when_a_value_is_held(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_client_error("update_item", "ThrottlingException")
    with pytest.raises(ClientError):
        DynamoDBTokens(client, TABLE).hold(TENANT, "token", "new", b"x", instead_of=None)


def test_the_one_that_was_faster_counts_when_a_subject_is_opened_twice(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_client_error("put_item", CHECK_FAILED)
    key = {"TableName": TABLE, "Key": {"id": {"S": f"{TENANT}/s"}}, "ConsistentRead": True}
    stub.add_response("get_item", {"Item": item("s", wrapped={"B": b"theirs"})}, key)
    assert DynamoDBSubjects(client, TABLE).open(TENANT, "s", b"mine") == Subject(b"theirs", None)


def test_key_is_removed_and_a_tombstone_left_when_a_subject_is_erased(client: DynamoDBClient, stub: Stubber) -> None:
    text = "2026-11-25T12:00:15.000Z"
    expected = {
        "TableName": TABLE,
        "Key": {"id": {"S": f"{TENANT}/s"}},
        "UpdateExpression": "SET #erased_at = if_not_exists(#erased_at, :at) REMOVE #wrapped",
        "ExpressionAttributeNames": {"#erased_at": "erased_at", "#wrapped": "wrapped"},
        "ExpressionAttributeValues": {":at": {"S": text}},
        "ReturnValues": "ALL_NEW",
    }
    stub.add_response("update_item", {"Attributes": item("s", erased_at={"S": text})}, expected)
    assert DynamoDBSubjects(client, TABLE).erase(TENANT, "s", NOW) == NOW


def test_a_tombstone_holds_when_a_key_stands_beside_it(client: DynamoDBClient, stub: Stubber) -> None:
    both = item("s", erased_at={"S": "2026-11-25T12:00:15.000Z"}, wrapped={"B": b"x"})
    stub.add_response("batch_get_item", given(both))
    assert DynamoDBSubjects(client, TABLE).find(TENANT, {"s"}) == {"s": Subject(None, NOW)}


def test_item_is_refused_when_it_holds_something_else_than_bytes(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_response("batch_get_item", given(item("s", wrapped={"S": "x"})))
    with pytest.raises(MalformedDocument):
        DynamoDBSubjects(client, TABLE).find(TENANT, {"s"})


def adding(count: int) -> dict[str, object]:
    return {
        "TableName": TABLE,
        "Key": ALLOWANCE,
        "UpdateExpression": "ADD #used :count",
        "ConditionExpression": "#in_minute >= :minute AND #used <= :left",
        "ExpressionAttributeNames": {"#used": "used", "#in_minute": "in_minute"},
        "ExpressionAttributeValues": {
            ":count": {"N": str(count)},
            ":minute": {"N": MINUTE},
            ":left": {"N": str(LIMIT - count)},
        },
    }


def test_values_are_counted_by_one_write_when_the_minute_has_begun(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_response("update_item", {}, adding(30))
    assert DynamoDBAllowances(client, TABLE, LIMIT).take(TENANT, 30, NOW)


def test_a_minute_is_begun_when_the_last_one_is_over(client: DynamoDBClient, stub: Stubber) -> None:
    stub.add_client_error("update_item", CHECK_FAILED, expected_params=adding(30))
    stub.add_response(
        "update_item",
        {},
        {
            "TableName": TABLE,
            "Key": ALLOWANCE,
            "UpdateExpression": "SET #in_minute = :minute, #used = :count",
            "ConditionExpression": "attribute_not_exists(#in_minute) OR #in_minute < :minute",
            "ExpressionAttributeNames": {"#used": "used", "#in_minute": "in_minute"},
            "ExpressionAttributeValues": {":count": {"N": "30"}, ":minute": {"N": MINUTE}},
        },
    )
    assert DynamoDBAllowances(client, TABLE, LIMIT).take(TENANT, 30, NOW)


def test_nothing_is_taken_when_the_minute_is_used_up(client: DynamoDBClient, stub: Stubber) -> None:
    for _ in range(3):
        stub.add_client_error("update_item", CHECK_FAILED)
    assert not DynamoDBAllowances(client, TABLE, LIMIT).take(TENANT, 30, NOW)


@pytest.mark.usefixtures("stub")
def test_no_call_is_made_when_more_is_asked_than_a_minute_has(client: DynamoDBClient) -> None:
    assert not DynamoDBAllowances(client, TABLE, LIMIT).take(TENANT, LIMIT + 1, NOW)
