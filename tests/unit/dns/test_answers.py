"""Which record a client gets."""

from __future__ import annotations

import pytest

from simulations.dns.answers import answer
from simulations.dns.latency import UnknownDistanceError, latency_ms
from simulations.dns.zones import Record
from tests.unit.dns.zones import ONE, OTHER, RECORDS, REGIONS, SHARED, SINGLE, own


def region_answered(name: str, client_region: str, *ill: str) -> str | None:
    record = answer(name, client_region, RECORDS, lambda each: each not in {f"both-{region}" for region in ill})
    return None if record is None else record.set_identifier


@pytest.mark.parametrize(("client_region", "nearest"), [(ONE, ONE), (OTHER, OTHER), ("eu-west-3", OTHER)])
def test_the_nearest_region_is_answered_when_both_are_well(client_region: str, nearest: str) -> None:
    assert region_answered(SHARED, client_region) == nearest


@pytest.mark.parametrize("ill", REGIONS)
@pytest.mark.parametrize("name", [SHARED, SINGLE])
def test_the_other_region_is_answered_to_everyone_when_one_is_not_well(name: str, ill: str) -> None:
    [other] = set(REGIONS) - {ill}
    assert {region_answered(name, each, ill) for each in (*REGIONS, "us-east-1")} == {other}


def test_it_is_answered_as_if_all_were_well_when_none_is() -> None:
    assert region_answered(SHARED, OTHER, *REGIONS) == OTHER
    assert region_answered(SINGLE, OTHER, *REGIONS) == ONE


def test_everyone_gets_the_primary_when_the_name_prefers_one() -> None:
    assert {region_answered(SINGLE, each) for each in REGIONS} == {ONE}


def test_a_regions_own_name_is_answered_when_it_is_not_well() -> None:
    record = answer(own(ONE), OTHER, RECORDS, lambda _: False)
    assert record is not None
    assert record.target == f"own.{ONE}.gateway"


def test_nothing_is_answered_when_there_is_no_such_name() -> None:
    assert answer("elsewhere.example", ONE, RECORDS, lambda _: True) is None


def test_a_record_without_a_check_is_always_well_when_others_are_not() -> None:
    unchecked = Record(SHARED, "third.gateway", 30, "eu-west-3", near="eu-west-3")
    found = answer(SHARED, ONE, [*RECORDS, unchecked], lambda _: False)
    assert found is unchecked


def test_both_regions_are_named_when_their_distance_is_not_known() -> None:
    with pytest.raises(UnknownDistanceError, match="ap-south-1 to eu-west-1"):
        answer(SHARED, "ap-south-1", RECORDS, lambda _: True)


def test_distances_are_the_same_both_ways_and_least_at_home() -> None:
    assert latency_ms(ONE, OTHER) == latency_ms(OTHER, ONE) > latency_ms(ONE, ONE)
