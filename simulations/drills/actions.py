"""The drills' actions, as chaostoolkit calls them: functions of the experiment files' providers.

Each takes the experiment's configuration, which says on which hub and of which Region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulations.cloud.faults import read_fault
from simulations.drills.session import current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def begin_payments(configuration: Mapping[str, Any], *, go_on: bool = False) -> None:
    """Payments begin, at the configured rate, from clients in both Regions.

    For the configured seconds; with `go_on` until they are ended, where the steps in between take longer.
    """
    current(configuration).begin(go_on=go_on)


def let_pass(share: float, configuration: Mapping[str, Any]) -> None:
    """Wait until this share of the configured seconds has passed."""
    current(configuration).let_pass(share)


def inject(kind: str, configuration: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> None:
    """Inject the fault that the drill is about, into the configured Region. settings: what the kind of fault has."""
    drill = current(configuration)
    drill.inject(read_fault({"region": drill.lose, "kind": kind, **(settings or {})}))


def hold(functions: Sequence[str], configuration: Mapping[str, Any]) -> None:
    """Give functions of the configured Region nothing more to do, so that work in hand gathers before them."""
    drill = current(configuration)
    drill.inject(drill.stopped(functions, drill.lose), is_the_fault=False)


def hold_opposite(functions: Sequence[str], configuration: Mapping[str, Any]) -> None:
    """The same in the opposite Region."""
    drill = current(configuration)
    drill.inject(drill.stopped(functions, drill.left), is_the_fault=False)


def release_opposite(functions: Sequence[str], configuration: Mapping[str, Any]) -> None:
    """Let those functions of the opposite Region go on."""
    drill = current(configuration)
    drill.heal(drill.stopped(functions, drill.left))


def kill_when_taking_over(function: str, times: int, configuration: Mapping[str, Any]) -> int:
    """Kill a function of the opposite Region as soon as it has taken the lead, and each time that it is there again."""
    return current(configuration).kill_when_taking_over(function, times)


def heal(configuration: Mapping[str, Any]) -> None:
    """End every fault."""
    current(configuration).heal()


def give_back(configuration: Mapping[str, Any]) -> None:
    """Let the Region lead itself again once the books agree, if it was taken over."""
    current(configuration).give_back()


def put_dead_letters_back(configuration: Mapping[str, Any]) -> int:
    """Send what failed for good while a Region was away to the queues that it came from; how much that was."""
    return current(configuration).put_back()


def end_payments(configuration: Mapping[str, Any]) -> bool:
    """Let the load end; whether its clients have seen the end of every payment."""
    return current(configuration).end()
