"""Every endpoint is asked once in its interval, as long as the cloud runs."""

from __future__ import annotations

import asyncio

import pytest

from simulations.dns.checker import HealthChecker
from simulations.dns.checks import CheckStates
from tests.unit.dns.zones import ONE, OTHER, REGIONS, Clock, Probe, Zones, check, combined, own


class World:
    """Zones that are checked, at a time that the test sets."""

    def __init__(self, failures: int = 3) -> None:
        self.clock, self.zones, self.probe = Clock(), Zones(failures), Probe()
        self.states = CheckStates(self.clock)
        self.checker = HealthChecker(self.zones, self.states, self.probe, self.clock)

    def after(self, seconds: float) -> list[str]:
        """Which Regions are asked at that time, by name."""
        self.clock.now += seconds
        self.probe.asked.clear()
        asyncio.run(self.checker.look_where_due())
        return sorted(self.probe.asked)

    def well(self, region: str) -> bool:
        return self.states.is_well(combined(region).identity, self.zones.checks())


@pytest.fixture
def world() -> World:
    return World()


def test_an_endpoint_is_asked_an_interval_after_it_was_made_and_then_in_each(world: World) -> None:
    assert world.after(0) == []
    assert world.after(9) == []
    assert world.after(1) == list(REGIONS)
    assert world.after(9.5) == []
    assert world.after(0.5) == list(REGIONS)


def test_a_region_is_left_out_and_comes_back_when_it_fails_and_answers_three_times(world: World) -> None:
    world.after(0)
    world.probe.ill.add(ONE)
    assert [(world.after(10), world.well(ONE))[1] for _ in range(3)] == [True, True, False]
    assert world.well(OTHER)
    world.probe.ill.clear()
    assert [(world.after(10), world.well(ONE))[1] for _ in range(3)] == [False, False, True]


def test_one_look_is_enough_when_the_threshold_says_so() -> None:
    world = World(failures=1)
    world.probe.ill.add(ONE)
    asyncio.run(world.checker.look_now())
    assert not world.well(ONE)


def test_a_look_fails_when_the_name_leads_nowhere(world: World) -> None:
    world.zones.missing.add(own(ONE))
    for _ in range(3):
        asyncio.run(world.checker.look_now())
    assert not world.well(ONE)
    assert set(world.probe.asked) == {OTHER}


def test_looks_are_on_time_when_one_was_asked_for_in_between(world: World) -> None:
    world.after(0)
    asyncio.run(world.checker.look_now())
    assert world.after(10) == list(REGIONS)


def test_the_other_regions_look_is_not_held_up_when_one_hangs(world: World) -> None:
    released = asyncio.Event()

    class Hanging(Probe):
        async def __call__(self, endpoint: object, path: str) -> bool:
            region = str(getattr(endpoint, "region", ""))
            if region == ONE:
                await released.wait()
            else:
                released.set()
            return True

    checker = HealthChecker(world.zones, world.states, Hanging(), world.clock)
    # Were they asked one after the other, the first would wait for ever.
    asyncio.run(asyncio.wait_for(checker.look_now(), timeout=30))
    assert world.states.is_well(check(ONE).identity, world.zones.checks())
