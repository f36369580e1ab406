"""What the faults in force do to a call, and which Regions stand still.

The gate asks before it lets a call through; so do the ledger's endpoints and what starts functions. Randomness comes
from a fault's own seed, so that a run can be repeated.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from simulations.cloud.faults import LEDGER, Fault, FaultKind, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

# A function's short name is the end of its full one: twinrail-dev-recover.
SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class Passage:
    """A call on its way: to a service of a Region, from a function of the Region `caller`; empty: from outside."""

    region: str
    service: str
    caller: str = ""

    @property
    def regions(self) -> frozenset[str]:
        """The Regions whose loss ends it."""
        return frozenset({self.region, self.caller})


class Outcome(StrEnum):
    """passed: it gets through. unreachable: nobody answers. The others: what the service says, see ServiceError."""

    PASSED = "passed"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    LOST = "lost"


SAID = {
    ServiceError.UNAVAILABLE: Outcome.UNAVAILABLE,
    ServiceError.THROTTLED: Outcome.THROTTLED,
    ServiceError.LOST: Outcome.LOST,
}


@dataclass(frozen=True, slots=True)
class _Active:
    fault: Fault
    random: random.Random


class RegionFaults:
    """The faults in force. Asked from several threads, so what is in force is replaced whole."""

    def __init__(self) -> None:
        self._active: tuple[_Active, ...] = ()

    def add(self, fault: Fault) -> None:
        # Not for secrets: a fault that can be repeated needs a seeded generator.
        self._active = (*self._active, _Active(fault, random.Random(fault.seed)))

    def remove(self, fault: Fault | None = None) -> tuple[Fault, ...]:
        """Take this fault out of force, or all of them; what was taken out."""
        ended = tuple(active for active in self._active if fault in {None, active.fault})
        self._active = tuple(active for active in self._active if active not in ended)
        return tuple(active.fault for active in ended)

    def faults(self) -> tuple[Fault, ...]:
        return tuple(active.fault for active in self._active)

    def delay_seconds(self, passage: Passage) -> float:
        """How long a call waits first."""
        return sum(
            active.fault.latency_ms / 1000
            for active in self._active
            if active.fault.concerns(passage.region, passage.service)
        )

    def outcome(self, passage: Passage) -> Outcome:
        """What becomes of a call once it has waited. Not to be asked twice: it may draw."""
        outcomes = {_outcome(active, passage) for active in self._active}
        # Who is cut off hears no error of a service.
        return next((each for each in Outcome if each in outcomes and each is not Outcome.PASSED), Outcome.PASSED)

    def is_gone(self, region: str) -> bool:
        """Whether nothing of the Region lives."""
        return any(_is(active.fault, FaultKind.GONE, region) for active in self._active)

    def lacks_quorum(self, region: str) -> bool:
        """Whether the Region sees neither another one nor the witness."""
        return any(_is(active.fault, FaultKind.PARTITION, region) for active in self._active)

    def stops_function(self, region: str, function: str) -> bool:
        """Whether a function gets nothing from its queues; by its full name."""
        return any(_stops(active.fault, region, lambda name: _is_named(function, name)) for active in self._active)

    def stops_schedules(self, region: str) -> bool:
        """Whether no schedule of the Region fires."""
        return any(_stops(active.fault, region, lambda _name: False) for active in self._active)

    def stops_stream(self, region: str) -> bool:
        """Whether the Region's event stream is down."""
        return self.is_gone(region) or any(_is(active.fault, FaultKind.STREAM, region) for active in self._active)


def cuts_ledger(fault: Fault) -> bool:
    """Whether it ends the connections that its Region has to the ledger."""
    whole = {FaultKind.GONE, FaultKind.PARTITION}
    named = {FaultKind.UNREACHABLE, FaultKind.SERVICE}
    certain = fault.error_rate in {0.0, 1.0}
    return fault.kind in whole or (fault.kind in named and certain and fault.concerns(fault.region, LEDGER))


def _outcome(active: _Active, passage: Passage) -> Outcome:
    match active.fault.kind:
        case FaultKind.GONE if active.fault.region in passage.regions:
            return Outcome.UNREACHABLE
        case FaultKind.PARTITION if _is_parted(active.fault.region, passage):
            return Outcome.UNREACHABLE
        case FaultKind.UNREACHABLE if _strikes(active, passage):
            return Outcome.UNREACHABLE
        case FaultKind.ERRATIC if _strikes(active, passage):
            return Outcome.UNREACHABLE
        case FaultKind.SERVICE if _strikes(active, passage):
            return SAID[active.fault.error]
        case _:
            return Outcome.PASSED


def _strikes(active: _Active, passage: Passage) -> bool:
    fault = active.fault
    if not fault.concerns(passage.region, passage.service):
        return False
    return not fault.error_rate or active.random.random() < fault.error_rate


def _is_parted(minority: str, passage: Passage) -> bool:
    """Whether it goes from one side to the other, or to the minority's end of the ledger, which has no quorum."""
    if passage.service == LEDGER and passage.region == minority:
        return True
    return bool(passage.caller) and (passage.caller == minority) != (passage.region == minority)


def _is(fault: Fault, kind: FaultKind, region: str) -> bool:
    return fault.kind is kind and fault.region == region


def _stops(fault: Fault, region: str, is_meant: Callable[[str], bool]) -> bool:
    if _is(fault, FaultKind.GONE, region):
        return True
    meant = not fault.functions or any(is_meant(name) for name in fault.functions)
    return _is(fault, FaultKind.STOPPED, region) and meant


def _is_named(function: str, name: str) -> bool:
    return function == name or function.endswith(SEPARATOR + name)
