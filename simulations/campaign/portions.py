"""The campaign in portions, each worked off by one of a few processes that have a hub each."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from simulations.campaign.environments import Fleet
from simulations.campaign.experiment import Laboratory, Violation
from simulations.campaign.explore import explore
from simulations.campaign.hub import deployed_hub
from simulations.campaign.scenarios import SCENARIOS
from simulations.campaign.singles import single_faults, try_all
from simulations.campaign.volume import Volume, volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.campaign.experiment import Point


@dataclass(frozen=True, slots=True)
class Portion:
    """Of three kinds: a scenario's single faults, a number of random schedules, or the volume of payments."""

    seed: int
    scenario: str | None = None
    schedules: int = 0
    payments: int = 0

    @property
    def name(self) -> str:
        """For the progress line and the report."""
        if self.scenario is not None:
            return self.scenario
        if self.schedules:
            return f"{self.schedules} random schedules, seed {self.seed}"
        return f"{self.payments} payments, seed {self.seed}"


@dataclass
class Done:
    """What a portion came to. left_over: messages on a queue when nothing should be."""

    portion: Portion
    experiments: int = 0
    points: Counter[Point] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    volume: Volume | None = None
    left_over: dict[str, int] = field(default_factory=dict)


_LABORATORIES: list[Laboratory] = []


def open_laboratory() -> None:
    """In a worker process, before its first portion: a hub for all of them, stopped when the process ends."""
    stack = ExitStack()
    hub = stack.enter_context(deployed_hub())
    fleet = Fleet(hub.launch)
    stack.callback(fleet.end)
    _LABORATORIES.append(Laboratory(hub, fleet, ""))
    Finalize(None, stack.close, exitpriority=10)


def work(portion: Portion) -> Done:
    """Work a portion off, in a process that has a laboratory."""
    return work_in(_LABORATORIES[0], portion)


def work_in(laboratory: Laboratory, portion: Portion) -> Done:
    """Work a portion off."""
    laboratory.seed = f"{portion.seed}/{portion.name}"
    laboratory.points.clear()
    before = laboratory.experiments
    done = Done(portion)
    kinds: tuple[tuple[object, Callable[[Laboratory, Done], None]], ...] = (
        (portion.scenario, _single),
        (portion.schedules, _random),
        (portion.payments, _volume),
    )
    for asked, kind in kinds:
        if asked:
            kind(laboratory, done)
    done.experiments = laboratory.experiments - before
    done.points = Counter(laboratory.points)
    done.left_over = laboratory.hub.queues.waiting()
    return done


def _single(laboratory: Laboratory, done: Done) -> None:
    deeds = SCENARIOS[str(done.portion.scenario)]
    done.violations += try_all(laboratory, single_faults(laboratory, deeds))


def _random(laboratory: Laboratory, done: Done) -> None:
    # The shortest of those that found something.
    done.violations += explore(laboratory, number=done.portion.schedules, chosen_seed=done.portion.seed)[-1:]


def _volume(laboratory: Laboratory, done: Done) -> None:
    done.volume = volume(laboratory, payments=done.portion.payments, seed=done.portion.seed)
    done.violations += [] if done.volume.violation is None else [done.volume.violation]
