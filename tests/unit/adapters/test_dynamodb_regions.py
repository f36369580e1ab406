"""The leadership table's calls: what each asks and writes, and what a refusal means. The stubber checks their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.dynamodb_items import to_attribute, to_attributes
from lambdas.adapters.dynamodb_regions import DynamoDBRegions
from lambdas.core.documents import MalformedDocument, instant_text
from lambdas.core.health import CheckName
from lambdas.core.recovery import Beat, RegionRecord, Watch, WatchState
from tests.unit.service.fakes import OTHER_REGION, REGION, START

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEY = {"region": {"S": REGION}}
KNOWN = RegionRecord.first(REGION, Beat(START))
BEAT = Beat(START + timedelta(seconds=15), (CheckName.LEDGER,))
WATCH = Watch(WatchState.DOUBTED, 2, START)
TAKEN = KNOWN.taken_by(OTHER_REGION, START + timedelta(minutes=2))
REFUSED = "ConditionalCheckFailedException"


@pytest.fixture
def regions(client: DynamoDBClient) -> DynamoDBRegions:
    return DynamoDBRegions(client, "table")


@pytest.mark.parametrize("known", [KNOWN, replace(TAKEN, beat=BEAT, watch=WATCH)])
def test_the_record_is_read_with_strong_consistency_when_it_is_there(
    stubber: Stubber, regions: DynamoDBRegions, known: RegionRecord
) -> None:
    asked = {"TableName": "table", "Key": KEY, "ConsistentRead": True}
    stubber.add_response("get_item", {"Item": to_attributes(known.document())}, asked)
    assert regions.find(REGION) == known


def test_there_is_none_when_a_region_was_never_heard_of(stubber: Stubber, regions: DynamoDBRegions) -> None:
    stubber.add_response("get_item", {})
    assert regions.find(REGION) is None


def test_it_is_an_error_when_the_item_is_no_record(stubber: Stubber, regions: DynamoDBRegions) -> None:
    stubber.add_response("get_item", {"Item": KEY})
    with pytest.raises(MalformedDocument):
        regions.find(REGION)


def test_the_first_word_is_recorded_where_there_is_none_yet(stubber: Stubber, regions: DynamoDBRegions) -> None:
    put = {
        "TableName": "table",
        "Item": to_attributes(KNOWN.document()),
        "ConditionExpression": "attribute_not_exists(#region)",
        "ExpressionAttributeNames": {"#region": "region"},
    }
    stubber.add_response("put_item", {}, put)
    regions.open(KNOWN)


def test_the_record_stays_when_a_region_is_heard_of_again(stubber: Stubber, regions: DynamoDBRegions) -> None:
    stubber.add_client_error("put_item", REFUSED)
    regions.open(KNOWN)


def test_beat_and_watch_alone_are_written_on_the_beat_that_was_read(stubber: Stubber, regions: DynamoDBRegions) -> None:
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": "SET #beat = :beat, #watch = :watch",
        "ConditionExpression": "#beat.#at = :heard",
        "ExpressionAttributeNames": {"#beat": "beat", "#watch": "watch", "#at": "at"},
        "ExpressionAttributeValues": {
            ":beat": to_attribute(BEAT.document()),
            ":watch": to_attribute(WATCH.document()),
            ":heard": {"S": instant_text(START)},
        },
        "ReturnValues": "ALL_NEW",
    }
    # Who leads may have changed since it was read: what is given back says so.
    written = replace(TAKEN, beat=BEAT, watch=WATCH)
    stubber.add_response("update_item", {"Attributes": to_attributes(written.document())}, update)
    assert regions.beat(KNOWN, BEAT, WATCH) == written


def test_nothing_is_given_back_when_another_tick_has_beaten(stubber: Stubber, regions: DynamoDBRegions) -> None:
    stubber.add_client_error("update_item", REFUSED)
    assert regions.beat(KNOWN, BEAT, WATCH) is None


def test_the_lead_is_taken_on_the_generation_and_the_beat_that_were_read(
    stubber: Stubber, regions: DynamoDBRegions
) -> None:
    update = {
        "TableName": "table",
        "Key": KEY,
        "UpdateExpression": "SET #state = :state, #leader = :leader, #generation = :generation, #since = :since",
        "ConditionExpression": "#generation = :known AND #beat.#at = :heard",
        "ExpressionAttributeNames": {
            f"#{each}": each for each in ("state", "leader", "generation", "since", "beat", "at")
        },
        "ExpressionAttributeValues": {
            ":state": {"S": "lost"},
            ":leader": {"S": OTHER_REGION},
            ":generation": {"N": "2"},
            ":since": {"S": instant_text(TAKEN.since)},
            ":known": {"N": "1"},
            ":heard": {"S": instant_text(START)},
        },
    }
    stubber.add_response("update_item", {}, update)
    assert regions.take_lead(KNOWN, TAKEN)


def test_the_lead_is_not_taken_when_anything_was_heard_or_changed(stubber: Stubber, regions: DynamoDBRegions) -> None:
    stubber.add_client_error("update_item", REFUSED)
    assert not regions.take_lead(KNOWN, TAKEN)


@pytest.mark.parametrize(
    ("call", "act"),
    [
        ("put_item", lambda regions: regions.open(KNOWN)),
        ("update_item", lambda regions: regions.beat(KNOWN, BEAT, WATCH)),
        ("update_item", lambda regions: regions.take_lead(KNOWN, TAKEN)),
    ],
)
def test_it_is_no_refusal_when_the_table_fails(
    stubber: Stubber, regions: DynamoDBRegions, call: str, act: Callable[[DynamoDBRegions], object]
) -> None:
    # A Region that is cut off has no quorum: it must not take that for another's being faster.
    stubber.add_client_error(call, "InternalServerError")
    with pytest.raises(ClientError, match="InternalServerError"):
        act(regions)
