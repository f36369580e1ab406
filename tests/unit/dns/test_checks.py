"""When a check's state changes, and what is written down of it."""

from __future__ import annotations

import pytest

from simulations.dns.checks import CheckStates
from tests.unit.dns.zones import ONE, OTHER, Clock, Zones, check, combined, own

CHECKS = Zones().checks()


def seen(states: CheckStates, clock: Clock, *looks: bool) -> bool:
    """The looks, ten seconds apart; the check's state then."""
    for well in looks:
        states.saw(check(ONE), well=well)
        clock.now += 10
    return states.is_well(check(ONE).identity, CHECKS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states(clock: Clock) -> CheckStates:
    return CheckStates(clock)


@pytest.mark.parametrize(
    ("looks", "well"),
    [
        ((), True),
        ((False, False), True),
        ((False, False, False), False),
        ((False, False, True, False, False), True),
        ((False, False, False, True, True), False),
        ((False, False, False, True, True, False, True, True), False),
        ((False, False, False, True, True, True), True),
    ],
)
def test_as_many_in_a_row_as_its_threshold_change_a_state_when_they_contradict_it(
    states: CheckStates, clock: Clock, looks: tuple[bool, ...], *, well: bool
) -> None:
    assert seen(states, clock, *looks) is well


def test_each_change_is_written_down_with_its_first_sign_when_it_comes(states: CheckStates, clock: Clock) -> None:
    seen(states, clock, True, False, False, False, True, True, True)
    assert [(each.host, each.well, each.first_seen_at, each.at) for each in states.changes()] == [
        (own(ONE), False, 1_010.0, 1_030.0),
        (own(ONE), True, 1_040.0, 1_060.0),
    ]


def test_a_calculated_check_is_well_when_enough_of_its_children_are(states: CheckStates, clock: Clock) -> None:
    both = combined(ONE).identity
    assert states.is_well(both, CHECKS)
    states.switch(f"switch-{ONE}", ONE, on=False)
    assert not states.is_well(both, CHECKS)
    assert states.is_well(combined(OTHER).identity, CHECKS)
    states.switch(f"switch-{ONE}", ONE, on=True)
    assert states.is_well(both, CHECKS)
    assert not seen(states, clock, False, False, False)
    assert not states.is_well(both, CHECKS)


def test_a_switch_is_written_down_once_when_it_is_set_twice(states: CheckStates) -> None:
    for on in (True, False, False, True):
        states.switch(f"switch-{ONE}", ONE, on=on)
    assert [(each.host, each.well) for each in states.changes()] == [(ONE, False), (ONE, True)]
