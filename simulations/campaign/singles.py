"""Every effect of every scenario, with every fault that may befall it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.campaign.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulations.campaign.experiment import Laboratory, Violation
    from simulations.campaign.schedule import Deed


def single_faults(laboratory: Laboratory, deeds: tuple[Deed, ...]) -> Iterator[Schedule]:
    """A schedule for each effect and each fault, the one without any first."""
    plain = Schedule(deeds)
    yield plain
    for number, effect in enumerate(laboratory.effects_of(plain)):
        for fault in effect.faults:
            yield Schedule(deeds, strikes=((number, fault),))


def try_all(laboratory: Laboratory, schedules: Iterable[Schedule]) -> Iterator[Violation]:
    """What any of them found."""
    for schedule in schedules:
        violation = laboratory.try_out(schedule)
        if violation is not None:
            yield violation
