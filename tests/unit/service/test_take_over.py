"""A lost Region is taken over: who takes the lead, and what becomes of what it left open, wherever the power is cut."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from lambdas.core.deadlines import Tick
from lambdas.core.health import CheckName
from lambdas.core.ledger.transfer import TransferState
from lambdas.core.lifecycle import FailoverChoice, TransactionStatus
from lambdas.core.messages import ProcessingMessage, ReleasingMessage
from lambdas.core.recovery import Beat, Leadership, Patience, RegionRecord, WatchState
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.follow_takeover import FollowTakeover
from lambdas.service.give_up import GiveUp
from lambdas.service.process_message import ProcessingOutcome
from lambdas.service.recover_region import RecoverRegion
from lambdas.service.release_answer import ReleasingOutcome
from lambdas.service.sweep_lost import SweepLost
from lambdas.service.take_over import TakeOver
from lambdas.service.tell_end import TellEnd
from tests.unit.service.fakes import (
    ENVELOPES,
    OTHER_REGION,
    REGION,
    START,
    TRANSACTION_ID,
    FakeCodec,
    FakeOverdue,
    FakeTicks,
    Killed,
    Power,
    opened,
)
from tests.unit.service.hub import Hub, message
from tests.unit.service.region_fakes import FakeHealth, FakeLists, FakeRegions, FakeTakeovers

PATIENCE = Patience(look_seconds=15, failures=3, successes=2, silent_seconds=30, longest_seconds=60)
LOOK = Tick(())
CHOICES = list(FailoverChoice)


@dataclass
class World:
    """A transaction of REGION, which is lost after some steps; OTHER_REGION watches."""

    power: Power = field(default_factory=Power)
    choice: FailoverChoice = FailoverChoice.REDRIVE

    def __post_init__(self) -> None:
        self.hub = Hub()
        self.regions = FakeRegions(self.power)
        self.takeovers = FakeTakeovers(self.power, self.hub.transactions)
        self.health = FakeHealth(OTHER_REGION)
        self.ticks = FakeTicks()
        self.announced: list[RegionRecord] = []
        for region in (REGION, OTHER_REGION):
            self.regions.records[region] = RegionRecord.first(region, Beat(START))

    def reach(self, status: TransactionStatus, body: bytes = b"good") -> None:
        """What its own Region did before it was lost."""
        self.hub.open(replace(opened(), on_failover=self.choice))
        if status is not TransactionStatus.ACCP:
            self.hub.incoming(message(body))
        if status is TransactionStatus.ACSP:
            self.hub.process()

    def lose(self) -> None:
        """From now on the other Region acts, and nothing is heard of the first one."""
        self.left = (self.hub.processing, self.hub.releasing)
        self.hub.become(OTHER_REGION)
        hub, power = self.hub, self.power
        for fake in (hub.transactions, hub.payloads, hub.ledger, hub.processing, hub.releasing, hub.notifier):
            fake.power = power

    def tick(self, seconds: int = PATIENCE.look_seconds) -> None:
        self.hub.clock.moment += timedelta(seconds=seconds)
        self.recoverer()(LOOK, lambda: True)

    def ticks_until_taken(self) -> None:
        self.tick(31)
        for _ in range(PATIENCE.failures - 1):
            self.tick()

    def carry_on(self) -> None:
        """What the queues of the Region that leads deliver."""
        for body in self.hub.processing.delivered:
            self.hub.process(ProcessingMessage.from_json(body))
        for body in self.hub.releasing.delivered:
            self.hub.release(ReleasingMessage.from_json(body, ENVELOPES.open))

    def recoverer(self) -> RecoverRegion:
        hub = self.hub
        complete = CompleteSettled(hub.decider(), hub.releaser(stays_listed=True))
        give_up = GiveUp(
            hub.transactions,
            hub.payloads,
            FakeCodec(),
            hub.ledger,
            hub.notifier,
            hub.clock,
            hub.region,
            hub.end_cancelled(),
            complete,
        )
        tell = TellEnd(hub.notifier, hub.transactions)
        follow = FollowTakeover(hub.transactions, self.takeovers, hub.processing, give_up, tell, hub.region)
        take_over = TakeOver(hub.transactions, self.takeovers, follow, hub.clock, hub.region)
        lists = FakeLists(FakeOverdue(hub.transactions), self.takeovers)
        sweep = SweepLost(
            lists, lambda each, lost: void(take_over(each, lost)), lambda each: void(follow.listed(each)), hub.region
        )
        return RecoverRegion(
            self.regions,
            self.health,
            self.ticks,
            hub.clock,
            sweep,
            self.announced.append,
            PATIENCE,
            OTHER_REGION,
            REGION,
        )


def void(_outcome: object) -> None:
    """What the log would say."""


@pytest.mark.parametrize("status", [TransactionStatus.ACTC, TransactionStatus.ACSP])
def test_it_settles_in_the_region_that_leads_when_its_client_chose_to_redrive(status: TransactionStatus) -> None:
    world = World()
    world.reach(status)
    world.lose()
    world.ticks_until_taken()
    world.carry_on()
    record = world.hub.record()
    assert (record.status, record.owner_region, record.epoch) == (TransactionStatus.ACSC, OTHER_REGION, 2)
    assert [(each.from_region, each.to_region, each.epoch) for each in record.takeovers] == [(REGION, OTHER_REGION, 2)]
    assert world.hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert world.hub.ledger.balances == (-1000, 1000)
    assert [each.region for each in world.announced] == [REGION]


@pytest.mark.parametrize("status", [TransactionStatus.ACCP, TransactionStatus.ACTC, TransactionStatus.ACSP])
def test_it_is_cancelled_with_an_answer_and_no_money_moves_when_its_client_chose_that(
    status: TransactionStatus,
) -> None:
    world = World(choice=FailoverChoice.CANCEL)
    world.reach(status)
    world.lose()
    world.ticks_until_taken()
    record = world.hub.record()
    assert (record.status, record.owner_region) == (TransactionStatus.CANC, OTHER_REGION)
    assert record.answer is not None
    assert record.reason is not None
    assert REGION in record.reason.text
    assert world.hub.ledger.states[TRANSACTION_ID] is TransferState.VOIDED
    assert world.hub.ledger.balances == (0, 0)
    assert [each.status for each in record.payments] == [TransactionStatus.CANC] * (
        status is not TransactionStatus.ACCP
    )
    assert len(world.hub.notifier.published) == 1
    assert TRANSACTION_ID in world.hub.transactions.unlisted


@pytest.mark.parametrize("choice", CHOICES)
def test_it_ends_as_settled_when_the_lost_region_had_posted_it(choice: FailoverChoice) -> None:
    world = World(choice=choice)
    world.reach(TransactionStatus.ACSP)
    world.hub.ledger.post(TRANSACTION_ID)
    world.lose()
    world.ticks_until_taken()
    world.carry_on()
    assert world.hub.record().status is TransactionStatus.ACSC
    assert world.hub.ledger.balances == (-1000, 1000)


@pytest.mark.parametrize("body", [b"bad", b"cancel:u1"])
def test_it_is_redriven_when_it_moves_no_money_although_its_client_chose_to_cancel(body: bytes) -> None:
    world = World(choice=FailoverChoice.CANCEL)
    world.reach(TransactionStatus.ACTC, body)
    world.lose()
    world.ticks_until_taken()
    assert world.hub.record().status is TransactionStatus.ACTC
    assert len(world.hub.processing.sent) == 1


def test_it_waits_for_its_message_with_its_whole_time_when_none_had_come() -> None:
    world = World()
    world.reach(TransactionStatus.ACCP)
    world.lose()
    world.ticks_until_taken()
    record = world.hub.record()
    assert record.status is TransactionStatus.ACCP
    assert record.deadline - record.takeovers[-1].at == opened().deadline - opened().created_at
    assert world.takeovers.taken == set()
    world.hub.incoming(message())
    world.carry_on()
    assert world.hub.record().status is TransactionStatus.ACSC


def test_the_lost_region_finishes_nothing_when_it_comes_back() -> None:
    world = World()
    world.reach(TransactionStatus.ACSP)
    queued = ProcessingMessage.from_json(world.hub.processing.sent[-1][0])
    answer = ReleasingMessage.from_json(world.hub.releasing.sent[-1][0], ENVELOPES.open)
    world.lose()
    world.ticks_until_taken()
    before = world.hub.record()
    world.hub.become(REGION)
    assert world.hub.process(queued) is ProcessingOutcome.FENCED
    assert world.hub.release(answer) is ReleasingOutcome.FENCED
    assert world.hub.record() == before


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("status", [TransactionStatus.ACTC, TransactionStatus.ACSP])
@pytest.mark.parametrize("cut", ["before", "after"])
def test_it_ends_once_when_the_power_is_cut_anywhere(
    choice: FailoverChoice, status: TransactionStatus, cut: str
) -> None:
    cut_at, cut_off = 0, True
    while cut_off:
        cut_at += 1
        world = World(Power(cut_at, cut == "after"), choice)
        world.reach(status)
        world.lose()
        for _ in range(PATIENCE.failures + 4):
            with suppress(Killed):
                world.tick(31)
        with suppress(Killed):
            world.carry_on()
        cut_off, world.power.cut_at = world.power.effects >= cut_at, None
        world.carry_on()
        ending = TransactionStatus.CANC if choice is FailoverChoice.CANCEL else TransactionStatus.ACSC
        assert world.hub.record().status is ending, cut_at
        assert world.hub.record().epoch == 2
        assert world.hub.notifier.published, cut_at
        assert world.hub.ledger.balances == ((0, 0) if ending is TransactionStatus.CANC else (-1000, 1000))
        assert world.takeovers.taken <= world.hub.transactions.unlisted
    assert cut_at > 5


def test_nothing_is_taken_when_the_other_region_is_heard_of() -> None:
    world = World()
    world.reach(TransactionStatus.ACTC)
    world.lose()
    for _ in range(20):
        now = world.hub.clock.moment
        world.regions.records[REGION] = replace(world.regions.records[REGION], beat=Beat(now))
        world.tick()
    assert world.regions.records[REGION].state is Leadership.ACTIVE
    assert world.hub.record().owner_region == REGION


def test_nothing_is_taken_when_the_other_region_is_heard_of_at_the_last_moment() -> None:
    world = World()
    world.reach(TransactionStatus.ACTC)
    world.lose()

    def heard() -> None:
        world.regions.records[REGION] = replace(world.regions.records[REGION], beat=Beat(world.hub.clock.moment))

    world.regions.before_lead.append(heard)
    world.ticks_until_taken()
    assert world.regions.before_lead == []
    assert world.announced == []
    assert world.hub.record().owner_region == REGION


def test_nothing_is_taken_when_this_region_cannot_carry_payments_itself() -> None:
    world = World()
    world.reach(TransactionStatus.ACTC)
    world.lose()
    world.health.ill.add(CheckName.LEDGER)
    for _ in range(10):
        world.tick(60)
    assert world.regions.records[OTHER_REGION].watch.state is WatchState.GONE
    assert world.regions.records[OTHER_REGION].beat.impaired == (CheckName.LEDGER,)
    assert world.hub.record().owner_region == REGION


def test_nothing_is_taken_when_this_region_was_itself_taken_over_before_its_beat() -> None:
    world = World()
    world.reach(TransactionStatus.ACTC)
    world.lose()

    def taken() -> None:
        own = world.regions.records[OTHER_REGION]
        world.regions.records[OTHER_REGION] = own.taken_by(REGION, world.hub.clock.moment)

    world.tick(31)
    world.tick()
    world.regions.before_beat.append(taken)
    world.tick()
    world.tick()
    assert world.regions.records[OTHER_REGION].watch.state is WatchState.GONE
    assert world.announced == []


def test_what_is_opened_after_its_return_is_left_to_the_lost_region() -> None:
    world = World()
    world.lose()
    world.ticks_until_taken()
    moment = world.hub.clock.moment + timedelta(seconds=1)
    world.hub.open(replace(opened(), created_at=moment, deadline=moment + timedelta(minutes=10)))
    world.tick()
    assert world.hub.record().owner_region == REGION


def test_what_was_given_back_is_not_taken_again_when_the_next_look_is_not_due_yet() -> None:
    world = World()
    world.lose()
    world.ticks_until_taken()
    world.tick(60)
    record, moment = world.regions.records[REGION], world.hub.clock.moment
    given_back = replace(record, state=Leadership.ACTIVE, leader=REGION, generation=3, since=moment, beat=Beat(moment))
    world.regions.records[REGION] = given_back
    world.tick(1)
    assert world.regions.records[OTHER_REGION].watch.state is WatchState.GONE
    assert world.regions.records[REGION] == given_back


def test_two_minutes_of_ticks_are_sent_ahead_when_the_schedule_fires() -> None:
    world = World()
    world.lose()
    world.recoverer()(Tick((), fan_out=True), lambda: True)
    assert [delay for _, delay in world.ticks.sent] == [15, 30, 45, 60, 75, 90, 105]


def test_a_region_leads_itself_when_it_is_heard_of_for_the_first_time() -> None:
    world = World()
    world.lose()
    del world.regions.records[OTHER_REGION]
    world.tick()
    first = world.regions.records[OTHER_REGION]
    assert (first.state, first.leader, first.generation) == (Leadership.ACTIVE, OTHER_REGION, 1)


def test_a_region_that_was_never_heard_of_is_not_lost() -> None:
    world = World()
    world.lose()
    del world.regions.records[REGION]
    for _ in range(10):
        world.tick(60)
    assert world.announced == []
    assert world.regions.records[OTHER_REGION].watch.state is WatchState.TRUSTED


def test_what_it_took_over_is_gone_on_with_when_this_region_was_itself_lost_and_is_back() -> None:
    world = World()
    world.reach(TransactionStatus.ACTC)
    world.lose()
    world.ticks_until_taken()
    # As where the power went between the taking and what follows it.
    world.takeovers.taken.add(TRANSACTION_ID)
    own = world.regions.records[OTHER_REGION]
    world.regions.records[OTHER_REGION] = own.taken_by(REGION, world.hub.clock.moment)
    announced = len(world.announced)
    world.tick()
    assert len(world.hub.processing.sent) == 2
    assert world.takeovers.taken == set()
    assert len(world.announced) == announced
