"""Lists of open transactions, deadlines by definition, and ticks as text."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest

from components.payment.message_path import FAMILIES
from lambdas.core.deadlines import SHARD_COUNT, Position, Tick, deadline_of, shard_of, shards_of
from lambdas.core.documents import MalformedDocument
from lambdas.core.iso20022.definitions import ANSWERS, family
from tests.unit.service.fakes import OTHER_REGION, REGION, START, TRANSACTION_ID


def test_transactions_are_spread_over_all_lists_of_their_region_when_there_are_many() -> None:
    ids = [str(uuid.UUID(int=number * 0x9E3779B97F4A7C15 % 2**122, version=4)) for number in range(4000)]
    counted = Counter(shard_of(REGION, each) for each in ids)
    assert set(counted) == set(shards_of(REGION))
    assert len(counted) == SHARD_COUNT
    assert max(counted.values()) < 2 * 4000 / SHARD_COUNT


def test_a_regions_lists_are_its_own_when_there_are_two() -> None:
    assert not set(shards_of(REGION)) & set(shards_of(OTHER_REGION))
    assert shard_of(REGION, TRANSACTION_ID) == shard_of(REGION, TRANSACTION_ID)


@pytest.mark.parametrize(
    ("definition", "seconds"),
    [("pacs.008.001.08", 30), ("pacs.008.001.13", 30), ("pain.001.001.09", None), (None, None)],
)
def test_the_deadline_counts_from_the_opening_when_the_family_has_one(
    definition: str | None, seconds: int | None
) -> None:
    expected = None if seconds is None else START + timedelta(seconds=seconds)
    assert deadline_of(START, definition, {"pacs.008": 30}) == expected


def test_settings_may_name_every_family_when_it_is_taken_in() -> None:
    assert set(FAMILIES) == {family(definition) for definition in ANSWERS}


@pytest.mark.parametrize("after", [None, Position(START, TRANSACTION_ID)])
def test_a_tick_comes_back_whole_when_read_again(after: Position | None) -> None:
    tick = Tick(shards_of(REGION)[3:], after, fan_out=after is None)
    assert Tick.from_json(tick.to_json(), REGION) == tick


def test_a_tick_means_all_lists_when_it_names_none() -> None:
    assert Tick.from_json('{"fan_out": true}', REGION) == Tick(shards_of(REGION), fan_out=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"shards": "all"}',
        '{"shards": [1]}',
        '{"shards": [{}]}',
        '{"shards": ["eu-west-2#00"]}',
        '{"after": 1}',
        '{"after": {"deadline": "soon", "transaction_id": "x"}}',
    ],
)
def test_a_tick_is_malformed_when_it_is_no_such_object(text: str) -> None:
    with pytest.raises(MalformedDocument):
        Tick.from_json(text, REGION)
