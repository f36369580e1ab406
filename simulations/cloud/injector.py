"""What a fault does beyond refusing calls: to functions' processes, to the ledger's connections, to the event stream.

Pollers and schedules need nothing done: they ask what is in force before each turn, so what they were set to stays as
it was.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from simulations.cloud.faults import Fault, FaultKind, InvalidFaultError
from simulations.cloud.regions import cuts_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.cloud.regions import RegionFaults


class Processes(Protocol):
    """The functions' processes of a Region. Each method may take seconds."""

    def kill(self, region: str) -> None:
        """End them at once, in the middle of whatever they do."""

    def freeze(self, region: str) -> None:
        """Stop them in the middle of whatever they do."""

    def thaw(self, region: str) -> None:
        """Let them go on."""


class LedgerConnections(Protocol):
    """The connections of a Region's functions to the ledger."""

    def cut(self, region: str) -> None:
        """Break them."""


class Streams(Protocol):
    """The event stream of each Region that has one."""

    def switch(self, region: str, *, reachable: bool) -> object:
        """Cut clients off a Region's stream, or let them to it again; what it holds stays."""

    def documents(self) -> Sequence[Mapping[str, object]]:
        """Every stream, each with its `region`."""


class FaultInjector:
    """Puts faults into force and ends them. `streams` is None where a cloud has none."""

    def __init__(
        self, faults: RegionFaults, processes: Processes, ledger: LedgerConnections, streams: Streams | None = None
    ) -> None:
        self._faults = faults
        self._processes = processes
        self._ledger = ledger
        self._streams = streams

    async def inject(self, fault: Fault) -> None:
        """Put it into force; it is felt when this returns.

        Raises InvalidFaultError where it has nothing to break.
        """
        if fault.kind is FaultKind.STREAM and fault.region not in self._with_streams():
            raise InvalidFaultError(f"kind: there is no event stream in {fault.region}")
        # First of all: what still runs while the rest is done must reach nothing.
        self._faults.add(fault)
        if cuts_ledger(fault):
            self._ledger.cut(fault.region)
        self._switch_streams()
        if fault.kind is FaultKind.GONE:
            await asyncio.to_thread(self._processes.freeze if fault.freeze else self._processes.kill, fault.region)

    async def heal(self, fault: Fault | None = None) -> tuple[Fault, ...]:
        """End it, or all; what was ended."""
        ended = self._faults.remove(fault)
        self._switch_streams()
        for region in sorted({each.region for each in ended if each.freeze}):
            if not self._faults.is_gone(region):
                await asyncio.to_thread(self._processes.thaw, region)
        return ended

    def _switch_streams(self) -> None:
        for region in self._with_streams():
            if self._streams is not None:
                self._streams.switch(region, reachable=not self._faults.stops_stream(region))

    def _with_streams(self) -> list[str]:
        return [] if self._streams is None else [str(each["region"]) for each in self._streams.documents()]
