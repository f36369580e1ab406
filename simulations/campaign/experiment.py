"""An experiment: a schedule played, and the verdict on it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulations.campaign.clients import Clients
from simulations.campaign.run import NeverEnds, Run
from simulations.campaign.verdict import verdict

if TYPE_CHECKING:
    from simulations.campaign.effects import Effect
    from simulations.campaign.environments import Fleet
    from simulations.campaign.hub import CampaignHub
    from simulations.campaign.schedule import Schedule

Point = tuple[str, str, str]
"""Function, effect, fault."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An experiment that found something."""

    schedule: str
    found: tuple[str, ...]
    trace: tuple[str, ...]


@dataclass
class Laboratory:
    """Experiments on one hub. seed: with the number of the experiment it gives the messages their ids."""

    hub: CampaignHub
    fleet: Fleet
    seed: str
    experiments: int = 0
    _plays: int = 0
    points: Counter[Point] = field(default_factory=Counter)

    def effects_of(self, schedule: Schedule) -> list[Effect]:
        """What a schedule comes to when nothing goes wrong, in order."""
        run, _ = self._play(schedule)
        return run.traces.effects

    def try_out(self, schedule: Schedule) -> Violation | None:
        """Play the schedule; what it found, None if all is well."""
        self.experiments += 1
        run, clients = self._play(schedule)
        self.points.update((effect.function, effect.name, str(fault)) for effect, fault in run.traces.faults)
        found = self._judged(run, clients)
        if not found:
            return None
        self.hub.clear()
        return Violation(str(schedule), tuple(found), tuple(run.traces.lines))

    def _play(self, schedule: Schedule) -> tuple[Run, Clients]:
        run = Run(self.hub, self.fleet, schedule)
        self._plays += 1
        clients = Clients(run, random.Random(f"{self.seed}/{self._plays}"))
        run.todo.extend(clients.will(deed) for deed in schedule.deeds)
        try:
            run.play()
        except NeverEnds as error:
            run.traces.complaints.append(f"the hub does not come to rest: {error}")
        return run, clients

    @staticmethod
    def _judged(run: Run, clients: Clients) -> list[str]:
        try:
            return verdict(run, clients)
        except NeverEnds as error:
            return [*run.traces.complaints, f"the hub does not come to rest: {error}"]
