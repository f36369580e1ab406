"""Looking for a schedule of given deeds that finds something: single faults, and random turns from a seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from simulations.campaign.effects import Fault
from simulations.campaign.experiment import Laboratory, Violation
from simulations.campaign.schedule import Deed, Schedule, Turn
from simulations.campaign.singles import single_faults, try_all

SEED = 20261124
AT_FIRST = 15
TURNS = 60


def search(laboratory: Laboratory, sought: tuple[Deed, ...] | Schedule, *, random_schedules: int) -> Violation | None:
    """The first violation, or None. Of a whole schedule there is only that one to try."""
    if isinstance(sought, Schedule):
        return laboratory.try_out(sought)
    chance = _random(sought, random_schedules)
    first = list(itertools.islice(chance, AT_FIRST))
    return next(try_all(laboratory, itertools.chain(first, single_faults(laboratory, sought), chance)), None)


def _random(deeds: tuple[Deed, ...], number: int) -> Iterator[Schedule]:
    randomness = random.Random(SEED)
    for _ in range(number):
        yield Schedule(deeds, tuple(_turn(randomness) for _ in range(TURNS)))


def _turn(randomness: random.Random) -> Turn:
    choice = -randomness.randint(1, 4) if randomness.random() < 0.15 else randomness.choice((0, 0, 0, 1, 1, 2))
    return Turn(choice, randomness.choice(tuple(Fault)) if randomness.random() < 0.05 else None)
