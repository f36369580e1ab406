"""Taking over in the transactions table: what the conditional writes ask, and what a refusal means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from lambdas.adapters.dynamodb_items import to_attribute, to_attributes
from lambdas.adapters.dynamodb_takeover import DynamoDBTakeovers
from lambdas.core.deadlines import shard_of, taken_shard_of
from lambdas.core.documents import instant_text
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.transaction import Takeover, Transaction
from lambdas.service.ports import Advanced, Refused
from tests.unit.service.fakes import OTHER_REGION, REGION, START, TRANSACTION_ID, opened

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEY = {"transaction_id": {"S": TRANSACTION_ID}}
LOADED = opened(epoch=3)
TAKEOVER = Takeover(REGION, OTHER_REGION, 4, START + timedelta(minutes=2))
DEADLINE = TAKEOVER.at + timedelta(minutes=5)
TAKEN = replace(LOADED, owner_region=OTHER_REGION, epoch=4, deadline=DEADLINE, takeovers=(TAKEOVER,))
OPEN = {":open0": {"S": "ACCP"}, ":open1": {"S": "ACSP"}, ":open2": {"S": "ACTC"}}
REFUSED = "ConditionalCheckFailedException"


@pytest.fixture
def takeovers(client: DynamoDBClient) -> DynamoDBTakeovers:
    return DynamoDBTakeovers(client, "table")


def test_owner_epoch_deadline_and_list_change_in_one_write_when_what_is_open_is_taken(
    stubber: Stubber, takeovers: DynamoDBTakeovers
) -> None:
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": (
            "SET #owner_region = :to, #epoch = :raised, #deadline = :deadline, #updated_at = :at, "
            "#takeovers = list_append(if_not_exists(#takeovers, :none), :takeover), #open_shard = :shard"
        ),
        "ConditionExpression": "#status IN (:open0, :open1, :open2) AND #owner_region = :from AND #epoch = :known",
        "ExpressionAttributeNames": ANY,
        "ExpressionAttributeValues": {
            **OPEN,
            ":from": {"S": REGION},
            ":known": {"N": "3"},
            ":to": {"S": OTHER_REGION},
            ":raised": {"N": "4"},
            ":deadline": {"S": instant_text(DEADLINE)},
            ":at": {"S": instant_text(TAKEOVER.at)},
            ":none": {"L": []},
            ":takeover": to_attribute([TAKEOVER.document()]),
            ":shard": {"S": taken_shard_of(OTHER_REGION)},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    stubber.add_response("update_item", {"Attributes": to_attributes(TAKEN.document())}, update)
    assert takeovers.take(LOADED, TAKEOVER, DEADLINE) == Advanced(TAKEN)


@pytest.mark.parametrize("found", [replace(LOADED, status=TransactionStatus.RJCT), TAKEN, None])
def test_the_refusal_says_what_was_found_when_it_has_ended_or_is_taken_or_gone(
    stubber: Stubber, takeovers: DynamoDBTakeovers, found: Transaction | None
) -> None:
    item = {} if found is None else {"Item": to_attributes(found.document())}
    stubber.add_client_error("update_item", REFUSED, http_status_code=400, modeled_fields=item)
    assert takeovers.take(LOADED, TAKEOVER, DEADLINE) == Refused(found)


def test_it_goes_from_the_list_of_what_is_taken_to_its_owners_when_it_was_acted_on(
    stubber: Stubber, takeovers: DynamoDBTakeovers
) -> None:
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": "SET #open_shard = :shard",
        "ConditionExpression": "#status IN (:open0, :open1, :open2) AND #open_shard = :taken",
        "ExpressionAttributeNames": {"#status": "status", "#open_shard": "open_shard"},
        "ExpressionAttributeValues": {
            **OPEN,
            ":taken": {"S": taken_shard_of(OTHER_REGION)},
            ":shard": {"S": shard_of(OTHER_REGION, TRANSACTION_ID)},
        },
    }
    stubber.add_response("update_item", {}, update)
    takeovers.list_as_open(TAKEN)


def test_it_stays_where_it_is_when_it_has_ended_or_was_taken_back(
    stubber: Stubber, takeovers: DynamoDBTakeovers
) -> None:
    stubber.add_client_error("update_item", REFUSED)
    takeovers.list_as_open(TAKEN)


@pytest.mark.parametrize(
    "act",
    [
        lambda takeovers: takeovers.take(LOADED, TAKEOVER, DEADLINE),
        lambda takeovers: takeovers.list_as_open(TAKEN),
    ],
)
def test_it_is_no_refusal_when_the_table_fails(
    stubber: Stubber, takeovers: DynamoDBTakeovers, act: Callable[[DynamoDBTakeovers], object]
) -> None:
    stubber.add_client_error("update_item", "InternalServerError")
    with pytest.raises(ClientError, match="InternalServerError"):
        act(takeovers)
