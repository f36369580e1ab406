"""A tick of recovery: this Region says that it lives, looks at the opposite one, and leads for it if it is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lambdas.core.deadlines import Tick
from lambdas.core.recovery import (
    FAN_OUT_SECONDS,
    Beat,
    Leadership,
    Patience,
    RegionRecord,
    Watch,
    WatchState,
    looked,
    must_lead,
    sighting_of,
)
from lambdas.service.ports import Clock, RegionHealthSource, Regions, TickQueue
from lambdas.service.sweep_lost import SweepLost
from lambdas.service.sweep_overdue import Swept


@dataclass(frozen=True, slots=True)
class RecoverRegion:
    """The use case, in one Region. announce: told once of every lead that is taken."""

    regions: Regions
    health: RegionHealthSource
    ticks: TickQueue
    clock: Clock
    sweep: SweepLost
    announce: Callable[[RegionRecord], None]
    patience: Patience
    region: str
    opposite: str

    def __call__(self, tick: Tick, time_is_left: Callable[[], bool]) -> Swept:
        """Safe to repeat from any point, and while another tick does the same.

        Both records are read before the beat, and the lead is taken on condition that nothing was heard of the other
        since. So two Regions never take each other's: whichever beats second finds itself lost, or its taking refused.
        """
        if tick.fan_out:
            step = self.patience.look_seconds
            self.ticks.send([(Tick(()), delay) for delay in range(step, FAN_OUT_SECONDS, step)])
        other = self.regions.find(self.opposite)
        own = self._beat(other)
        if own is None:
            # Another tick is at it.
            return Swept(0, continued=False)
        # Also where this Region is itself lost: it owns these as what was opened here, and has them for itself once
        # the leader believes in it again. It leads for nobody, and takes nothing more, until it is given its own back.
        done = self.sweep.taken(time_is_left)
        lost = None if other is None or own.state is Leadership.LOST else self._lead(own, other)
        if lost is not None:
            done += self.sweep.lost(lost, time_is_left)
        return Swept(done, continued=not time_is_left())

    def _beat(self, other: RegionRecord | None) -> RegionRecord | None:
        own = self.regions.find(self.region)
        health = self.health()
        now = self.clock.now()
        beat = Beat.of(health, now)
        if own is None:
            self.regions.open(RegionRecord.first(self.region, beat))
            return None
        return self.regions.beat(own, beat, self._look(own.watch, other, now))

    def _look(self, watch: Watch, other: RegionRecord | None, now: datetime) -> Watch:
        # A Region that was never heard of is not lost: it is not there yet.
        if other is None:
            return watch
        return looked(watch, sighting_of(other.beat, now, self.patience), now, self.patience)

    def _lead(self, own: RegionRecord, other: RegionRecord) -> RegionRecord | None:
        """The opposite Region's record where this one leads for it and it is not believed to be back."""
        if must_lead(other, own, self.patience):
            taken = other.taken_by(self.region, own.beat.at)
            if not self.regions.take_lead(other, taken):
                return None
            self.announce(taken)
            return taken
        return other if other.led_by(self.region) and own.watch.state is not WatchState.TRUSTED else None
