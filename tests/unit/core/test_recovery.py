"""When a Region counts as gone, when it is believed again, and what may be taken from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.core.documents import Fields
from lambdas.core.health import CheckName
from lambdas.core.recovery import (
    TRANSITIONS,
    Beat,
    Leadership,
    Patience,
    RegionRecord,
    Sighting,
    Watch,
    WatchState,
    looked,
    may_be_taken,
    must_lead,
    sighting_of,
)
from tests.unit.service.fakes import OTHER_REGION, REGION, START, opened

PATIENCE = Patience(look_seconds=15, failures=3, successes=2, silent_seconds=30, longest_seconds=60)
OTHER = RegionRecord.first(OTHER_REGION, Beat(START))
GONE = Watch(WatchState.GONE, 1, START)
LATER = START + timedelta(minutes=5)
OWN = replace(RegionRecord.first(REGION, Beat(LATER)), watch=GONE)


def watched(
    sightings: list[Sighting], watch: Watch | None = None, seconds: int = PATIENCE.look_seconds
) -> list[WatchState]:
    watch, now, states = watch or Watch(), START, []
    for sighting in sightings:
        now += timedelta(seconds=seconds)
        watch = looked(watch, sighting, now, PATIENCE)
        states.append(watch.state)
    return states


def test_every_state_says_what_each_sighting_leads_to_when_the_table_is_read() -> None:
    assert set(TRANSITIONS) == {(state, sighting) for state in WatchState for sighting in Sighting}


def test_a_region_is_gone_when_enough_looks_in_a_row_fail() -> None:
    assert watched([Sighting.SILENT] * 3) == [WatchState.DOUBTED, WatchState.DOUBTED, WatchState.GONE]
    assert watched([Sighting.ILL, Sighting.SILENT, Sighting.ILL])[-1] is WatchState.GONE


def test_it_is_not_gone_when_one_look_in_between_succeeds() -> None:
    looks = [Sighting.SILENT, Sighting.SILENT, Sighting.WELL, Sighting.SILENT, Sighting.SILENT]
    assert WatchState.GONE not in watched(looks)


def test_it_is_believed_only_after_enough_successes_in_a_row_when_it_was_gone() -> None:
    looks = [Sighting.WELL, Sighting.SILENT, Sighting.WELL, Sighting.WELL]
    expected = [WatchState.RETURNING, WatchState.GONE, WatchState.RETURNING, WatchState.TRUSTED]
    assert watched(looks, GONE, seconds=60) == expected


def test_a_look_counts_for_nothing_when_it_comes_too_early() -> None:
    once = looked(Watch(), Sighting.SILENT, START, PATIENCE)
    assert looked(once, Sighting.SILENT, START + timedelta(seconds=9), PATIENCE) is once
    assert looked(once, Sighting.SILENT, START + timedelta(seconds=10), PATIENCE).looks == 2


def test_looks_get_rarer_up_to_the_longest_when_a_region_stays_gone() -> None:
    watch, counted, now = GONE, [], START
    for _ in range(200):
        now += timedelta(seconds=1)
        following = looked(watch, Sighting.SILENT, now, PATIENCE)
        if following is not watch:
            counted.append((now - START).seconds)
        watch = following
    assert [later - earlier for earlier, later in zip([0, *counted], counted, strict=False)] == [10, 25, 55, 55, 55]


@pytest.mark.parametrize(
    ("age_seconds", "impaired", "expected"),
    [
        (30, (), Sighting.WELL),
        (30, (CheckName.LEDGER,), Sighting.ILL),
        (31, (), Sighting.SILENT),
        (31, (CheckName.LEDGER,), Sighting.SILENT),
    ],
)
def test_a_beat_says_how_its_region_is_when_it_is_read(
    age_seconds: int, impaired: tuple[CheckName, ...], expected: Sighting
) -> None:
    assert sighting_of(Beat(START, impaired), START + timedelta(seconds=age_seconds), PATIENCE) is expected


def test_a_region_leads_when_the_other_is_gone_and_it_is_itself_well() -> None:
    assert must_lead(OTHER, OWN, PATIENCE)
    assert not must_lead(OTHER, replace(OWN, watch=replace(GONE, state=WatchState.DOUBTED)), PATIENCE)
    assert not must_lead(OTHER, replace(OWN, state=Leadership.LOST), PATIENCE)
    assert not must_lead(OTHER, replace(OWN, beat=Beat(LATER, (CheckName.TABLE,))), PATIENCE)


def test_nothing_is_taken_when_the_other_is_well_and_was_gone_at_the_last_look_that_counted() -> None:
    well = replace(OTHER, beat=Beat(LATER))
    assert not must_lead(well, OWN, PATIENCE)
    assert must_lead(replace(well, beat=Beat(LATER, (CheckName.TABLE,))), OWN, PATIENCE)


def test_it_leads_anew_when_the_lost_region_was_heard_of_since_and_is_gone_again() -> None:
    lost = OTHER.taken_by(REGION, START + timedelta(seconds=1))
    assert not must_lead(lost, OWN, PATIENCE)
    assert must_lead(replace(lost, beat=Beat(START + timedelta(seconds=2))), OWN, PATIENCE)


def test_what_is_newer_than_the_loss_stays_when_its_deadline_is_not_long_past() -> None:
    lost = OTHER.taken_by(REGION, START)
    before = opened(owner_region=OTHER_REGION)
    after = replace(before, created_at=START + timedelta(seconds=1), deadline=LATER)
    assert may_be_taken(before, lost, START)
    assert not may_be_taken(after, lost, LATER + timedelta(seconds=60))
    assert may_be_taken(after, lost, LATER + timedelta(seconds=61))
    assert not may_be_taken(opened(owner_region=REGION), lost, START)


def test_a_record_is_the_same_when_it_was_written_and_read() -> None:
    record = replace(OTHER.taken_by(REGION, LATER), watch=GONE, beat=Beat(START, (CheckName.KEYS,)))
    assert RegionRecord.read(Fields(record.document(), "Region")) == record
    assert RegionRecord.read(Fields(OTHER.document(), "Region")) == OTHER
