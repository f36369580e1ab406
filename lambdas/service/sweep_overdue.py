"""A tick: every transaction of the Region that is past its deadline, or awaits a copy, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lambdas.core.deadlines import Position, Tick, copy_shards_of
from lambdas.service.ports import Clock, OverdueTransactions, TickQueue

TICK_SECONDS = 15
TICKS_PER_FAN_OUT = 8
"""Enough for two minutes: the schedule fires within a minute of its time, so its next firing may be as late as that."""

ANY_DEADLINE = datetime.max.replace(microsecond=0, tzinfo=UTC)
"""For lists whose transactions are due whenever their deadline is: those that await a copy, or are taken over."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a tick did: how many listed transactions it dealt with, and whether it had to leave the rest to another."""

    transactions: int
    continued: bool


@dataclass(frozen=True, slots=True)
class SweepOverdue:
    """The use case, in one Region.

    end_one deals with one listed transaction, copy_one with one that awaits a copy. Neither ever raises: one that fails
    holds up no other.
    """

    overdue: OverdueTransactions
    ticks: TickQueue
    clock: Clock
    end_one: Callable[[str], None]
    copy_one: Callable[[str], None]
    region: str

    def __call__(self, tick: Tick, time_is_left: Callable[[], bool]) -> Swept:
        """Work through the tick's lists while time is left, then send a tick that goes on from there.

        None goes on with copies: a Region that cannot be reached makes each of them slow, and ticks that go on would
        take the time of those that end transactions. The next minute's looks again.
        """
        copies = copy_shards_of(self.region)
        if tick.fan_out:
            self.ticks.send([*_fan_out(tick), (Tick(copies), 0)])
        before = self.clock.now()
        done = 0
        for index, shard in enumerate(tick.shards):
            position = tick.after if index == 0 else None
            if shard in copies:
                done += self._sweep(shard, ANY_DEADLINE, position, time_is_left, self.copy_one)[0]
                continue
            ended, stopped_at = self._sweep(shard, before, position, time_is_left, self.end_one)
            done += ended
            if stopped_at is not None:
                self.ticks.send([(Tick(tick.shards[index:], stopped_at.after), 0)])
                return Swept(done, continued=True)
        return Swept(done, continued=False)

    def _sweep(
        self,
        shard: str,
        before: datetime,
        after: Position | None,
        time_is_left: Callable[[], bool],
        act: Callable[[str], None],
    ) -> "tuple[int, _Stop | None]":
        done = 0
        while True:
            if not time_is_left():
                return done, _Stop(after)
            page = self.overdue.page(shard, before=before, after=after)
            for position in page.positions:
                if not time_is_left():
                    return done, _Stop(after)
                act(position.transaction_id)
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
