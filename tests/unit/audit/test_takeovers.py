"""Takeovers are put on record after they are done, and wait for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from lambdas.core.audit.event import AuditAction
from lambdas.core.deadlines import Tick
from lambdas.core.recovery import Beat, RegionRecord
from lambdas.service.audit_takeovers import OWED_AT_MOST, PAGE, AuditTakeovers, audited
from lambdas.service.sweep_overdue import Swept
from lambdas.service.takeover_outcome import TakeoverOutcome
from tests.unit.audit.chains import START
from tests.unit.audit.fakes import FakeTrail
from tests.unit.service.fakes import TickingClock

LOST = RegionRecord.first("eu-west-2", Beat(START)).taken_by("eu-west-1", START + timedelta(minutes=1))


@dataclass
class World:
    trail: FakeTrail = field(default_factory=FakeTrail)
    owed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.audit = AuditTakeovers(self.trail, TickingClock(), self.owed.append, "eu-west-1")

    def tick(self, *, led: bool = True, taken: int = 0, outcome: TakeoverOutcome = TakeoverOutcome.REDRIVEN) -> None:
        def sweep(_tick: Tick, _time: object) -> Swept:
            if led:
                self.audit.led(LOST)
            for number in range(taken):
                assert self.audit.note(lambda _: outcome, f"transaction-{number}") is outcome
            assert len(self.trail.events) == self.before
            return Swept(taken, continued=False)

        self.before = len(self.trail.events)
        assert audited(sweep, self.audit)(Tick(()), lambda: True).transactions == taken

    def details(self) -> list[dict[str, str]]:
        return [dict(each.details) for each in self.trail.events]


def test_the_lead_and_the_transactions_are_on_record_when_a_region_was_taken_over() -> None:
    world = World()
    world.tick(taken=PAGE + 1)
    lead, *pages = world.details()
    assert {each.action for each in world.trail.events} == {AuditAction.TAKEOVER}
    assert {each.actor for each in world.trail.events} == {"recover/eu-west-1"}
    assert (lead["lost"], lead["generation"]) == ("eu-west-2", "2")
    named = [page["transactions"].split() for page in pages]
    assert [len(page) for page in named] == [PAGE, 1]
    assert named[1] == [f"transaction-{PAGE}"]
    assert world.owed == []


def test_nothing_is_on_record_when_nothing_was_taken_over() -> None:
    world = World()
    world.tick(led=False)
    world.tick(led=False, taken=3, outcome=TakeoverOutcome.LEFT)
    world.tick(led=False, taken=3, outcome=TakeoverOutcome.FENCED)
    assert world.trail.events == []


def test_it_is_owed_and_put_on_record_later_when_the_chain_takes_nothing() -> None:
    world = World(FakeTrail(closed=True))
    world.tick(taken=2)
    assert (world.details(), world.owed) == ([], [2])
    world.trail.closed = False
    world.tick(led=False)
    assert [set(each) for each in world.details()][1:] == [{"transactions"}]
    world.tick(led=False)
    assert len(world.trail.events) == 2


def test_nothing_is_on_record_twice_when_the_chain_closes_in_between() -> None:
    world = World(FakeTrail(takes=1))
    world.tick(taken=PAGE * 2)
    world.trail.takes = 9
    world.tick(led=False)
    assert [each.get("lost") for each in world.details()] == ["eu-west-2", None, None]


def test_what_was_done_is_on_record_when_the_tick_failed_behind_it() -> None:
    world = World()

    def fail(_tick: Tick, _time: object) -> Swept:
        world.audit.led(LOST)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        audited(fail, world.audit)(Tick(()), lambda: True)
    assert len(world.trail.events) == 1


def test_the_record_waits_for_the_next_tick_when_no_time_is_left() -> None:
    world = World()
    world.audit.led(LOST)
    audited(lambda _tick, _time: Swept(0, continued=True), world.audit)(Tick(()), lambda: False)
    assert (world.trail.events, world.owed) == ([], [1])


def test_no_more_is_kept_than_fits_when_the_chain_takes_nothing_for_long() -> None:
    world = World(FakeTrail(closed=True))
    for _ in range(OWED_AT_MOST + 9):
        world.audit.led(LOST)
    assert len(world.audit.owed) == OWED_AT_MOST
