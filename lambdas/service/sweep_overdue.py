"""A tick: every transaction of the Region that is past its deadline, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lambdas.core.deadlines import Position, Tick
from lambdas.service.ports import Clock, OverdueTransactions, TickQueue

TICK_SECONDS = 15
TICKS_PER_FAN_OUT = 8
"""Enough for two minutes: the schedule fires within a minute of its time, so its next firing may be as late as that."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a tick did: how many listed transactions it dealt with, and whether it had to leave the rest to another."""

    transactions: int
    continued: bool


@dataclass(frozen=True, slots=True)
class SweepOverdue:
    """The use case. end_one: deals with one listed transaction, and never raises: one that fails holds up no other."""

    overdue: OverdueTransactions
    ticks: TickQueue
    clock: Clock
    end_one: Callable[[str], None]

    def __call__(self, tick: Tick, time_is_left: Callable[[], bool]) -> Swept:
        """Work through the tick's lists while time is left, then send a tick that goes on from there."""
        if tick.fan_out:
            self.ticks.send([(each, delay) for each, delay in _fan_out(tick)])
        before = self.clock.now()
        done = 0
        for index, shard in enumerate(tick.shards):
            position = tick.after if index == 0 else None
            ended, stopped_at = self._sweep(shard, before, position, time_is_left)
            done += ended
            if stopped_at is not None:
                self.ticks.send([(Tick(tick.shards[index:], stopped_at.after), 0)])
                return Swept(done, continued=True)
        return Swept(done, continued=False)

    def _sweep(
        self, shard: str, before: datetime, after: Position | None, time_is_left: Callable[[], bool]
    ) -> "tuple[int, _Stop | None]":
        done = 0
        while True:
            if not time_is_left():
                return done, _Stop(after)
            page = self.overdue.page(shard, before=before, after=after)
            for position in page.positions:
                if not time_is_left():
                    return done, _Stop(after)
                self.end_one(position.transaction_id)
                done += 1
                after = position
            if page.last is None:
                return done, None
            after = page.last


@dataclass(frozen=True, slots=True)
class _Stop:
    after: Position | None


def _fan_out(tick: Tick) -> list[tuple[Tick, int]]:
    """The ticks of the two minutes to come, the firing itself being the first. Each begins with another list, so that
    those that meet in a backlog do not all do the same."""
    count = len(tick.shards)
    ticks = []
    for number in range(1, TICKS_PER_FAN_OUT):
        first = number * count // TICKS_PER_FAN_OUT
        ticks.append((Tick(tick.shards[first:] + tick.shards[:first]), number * TICK_SECONDS))
    return ticks
