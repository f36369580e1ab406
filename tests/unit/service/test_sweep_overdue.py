"""A tick: pages, lists, continuation, and the ticks of the seconds to come."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from lambdas.core.deadlines import SHARD_COUNT, Tick, copy_shards_of, shard_of, shards_of
from lambdas.core.durability import Consistency
from lambdas.service.ports import PayloadUnavailable
from lambdas.service.sweep_overdue import TICK_SECONDS, SweepOverdue
from tests.unit.service.fakes import OTHER_REGION, REGION, START, FakeOverdue, FakeTicks, opened
from tests.unit.service.hub import Hub, message

ALL = Tick(shards_of(REGION))
COPIES = Tick(copy_shards_of(REGION))


@dataclass
class World:
    """A hub with a backlog, all of it past its deadline."""

    backlog: int
    page_items: int = 100
    hub: Hub = field(default_factory=Hub)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in range(self.backlog):
            transaction = opened(transaction_id=str(uuid.UUID(int=number + 1, version=4)))
            self.hub.open(replace(transaction, deadline=START + timedelta(milliseconds=number)))
        self.hub.clock.moment = START + timedelta(days=30)
        self.overdue = FakeOverdue(self.hub.transactions, self.page_items)
        self.ticks = FakeTicks()

    def sweep(self, tick: Tick = ALL, time_is_left: Callable[[], bool] = lambda: True) -> bool:
        """Whether the rest was left to another tick."""

        def end_one(transaction_id: str) -> None:
            self.seen.append(transaction_id)
            self.hub.time_out(transaction_id)

        return self.sweeping(end_one)(tick, time_is_left).continued

    def sweeping(self, end_one: Callable[[str], None]) -> SweepOverdue:
        def copy_one(transaction_id: str) -> None:
            self.seen.append(transaction_id)
            with suppress(PayloadUnavailable):
                self.hub.complete_copies(transaction_id)

        return SweepOverdue(self.overdue, self.ticks, self.hub.clock, end_one, copy_one, REGION)

    @property
    def open(self) -> int:
        return sum(not each.ended for each in self.hub.transactions.items.values())


def _budget(looks: int) -> Callable[[], bool]:
    left = iter(range(looks))
    return lambda: next(left, None) is not None


def test_everything_overdue_ends_whatever_its_age_when_a_tick_comes() -> None:
    world = World(backlog=60)
    assert world.sweep() is False
    assert world.open == 0
    assert len({shard_of(REGION, each) for each in world.seen}) == SHARD_COUNT


def test_every_page_is_read_when_a_list_has_many() -> None:
    world = World(backlog=200, page_items=3)
    world.sweep()
    assert world.open == 0
    assert world.overdue.pages > 200 / 3
    assert len(world.seen) == len(set(world.seen)) == 200


def test_a_backlog_of_a_thousand_ends_once_each_when_time_is_short() -> None:
    world = World(backlog=1000, page_items=20)
    pending, invocations = [ALL], 0
    while pending:
        invocations += 1
        continued = world.sweep(pending.pop(), _budget(60))
        pending += [tick for tick, _ in world.ticks.sent]
        assert len(pending) == (1 if continued else 0)
        world.ticks.sent.clear()
    assert world.open == 0
    assert len(world.seen) == len(set(world.seen)) == 1000
    assert 1000 / 60 < invocations < 30


def test_the_next_tick_goes_on_from_there_when_time_is_used_up_within_a_page() -> None:
    world = World(backlog=100)
    world.sweep(time_is_left=_budget(10))
    [(following, delay_seconds)] = world.ticks.sent
    assert delay_seconds == 0
    assert following.after is not None
    assert following.after.transaction_id == world.seen[-1]
    assert Tick.from_json(following.to_json(), REGION) == following


def test_nothing_is_done_but_the_rest_is_passed_on_when_there_is_no_time_at_all() -> None:
    world = World(backlog=5)
    assert world.sweep(time_is_left=lambda: False) is True
    assert world.ticks.sent == [(ALL, 0)]
    assert world.open == 5


def test_the_others_go_on_when_one_stays_open() -> None:
    world = World(backlog=50)
    stuck = next(iter(world.hub.transactions.items))

    def end_one(transaction_id: str) -> None:
        world.seen.append(transaction_id)
        if transaction_id != stuck:
            world.hub.time_out(transaction_id)

    world.sweeping(end_one)(ALL, lambda: True)
    assert world.open == 1
    world.sweep()
    assert world.open == 0


def test_another_regions_transactions_are_left_alone_when_a_tick_comes() -> None:
    world = World(backlog=0)
    world.hub.open(opened(owner_region=OTHER_REGION))
    world.sweep()
    assert world.seen == []
    assert world.open == 1


def test_nothing_is_told_twice_over_when_the_index_still_lists_what_was_released() -> None:
    world = World(backlog=10)
    world.sweep()
    world.overdue.stale = set(world.hub.transactions.items)
    before = dict(world.hub.transactions.items)
    world.sweep()
    assert world.hub.transactions.items == before
    assert len({(told.transaction_id, told.at) for told in world.hub.notifier.published}) == 10


def test_ticks_of_two_minutes_are_sent_every_fifteen_seconds_when_the_schedule_fires() -> None:
    world = World(backlog=1)
    world.sweep(replace(ALL, fan_out=True))
    ending = [(tick, delay) for tick, delay in world.ticks.sent if tick != COPIES]
    assert [delay for _, delay in ending] == [15, 30, 45, 60, 75, 90, 105]
    assert TICK_SECONDS == 15
    assert world.open == 0
    for tick, _ in ending:
        assert tick.fan_out is False
        assert set(tick.shards) == set(shards_of(REGION))
    assert len({tick.shards[0] for tick, _ in ending}) == 7


@pytest.mark.parametrize("lateness", range(0, 60, 5))
def test_no_fifteen_seconds_are_without_a_tick_when_the_schedule_fires_up_to_a_minute_late(lateness: int) -> None:
    world = World(backlog=0)
    world.sweep(replace(ALL, fan_out=True))
    after_firing = [0, *(delay for tick, delay in world.ticks.sent if tick != COPIES)]
    fired = [0, 60 + lateness, 120, 180 + lateness]
    ticks = sorted(start + after for start in fired for after in after_firing)
    assert max(later - earlier for earlier, later in pairwise(ticks)) <= TICK_SECONDS


def _awaiting(count: int) -> World:
    """Ended payments, not past their deadline, that await a copy which can be made; the first of them cannot."""
    world = World(backlog=0)
    world.hub.payloads.down = {OTHER_REGION}
    for number in range(count):
        identity = str(uuid.UUID(int=number + 1, version=4))
        world.hub.open(opened(transaction_id=identity))
        body = f"good:{identity}".encode()
        world.hub.incoming(message(body, transaction_id=identity, consistency=Consistency.AVAILABLE))
        world.hub.process()
        world.hub.release()
    world.hub.clock.moment = START
    return world


def test_copies_are_made_before_the_deadline_when_the_region_is_back() -> None:
    world = _awaiting(30)
    world.hub.payloads.down = set()
    world.sweep(COPIES)
    assert world.hub.transactions.awaiting == set()
    assert len(world.hub.keys(OTHER_REGION, "incoming")) == 30
    assert world.ticks.sent == []


def test_no_tick_goes_on_with_copies_when_time_is_used_up_or_the_region_is_still_away() -> None:
    world = _awaiting(30)
    assert world.sweep(COPIES, _budget(20)) is False
    assert 0 < len(world.seen) < 30
    assert world.ticks.sent == []
    assert len(world.hub.transactions.awaiting) == 30


def test_copies_are_in_no_open_transactions_way_when_thousands_wait() -> None:
    world = _awaiting(100)
    world.sweep(ALL)
    assert world.seen == []


def test_copies_are_looked_for_once_a_minute_when_the_schedule_fires() -> None:
    world = World(backlog=0)
    world.sweep(replace(ALL, fan_out=True))
    assert [delay for tick, delay in world.ticks.sent if tick == COPIES] == [0]
    assert Tick.from_json(COPIES.to_json(), REGION) == COPIES
