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


class EventStreams(Protocol):
    """The event stream of each Region."""

    async def stop(self, region: str) -> None:
        """Nobody answers there any more; what it holds stays."""

    async def start(self, region: str) -> None:
        """It answers again, with what it held."""


class FaultInjector:
    """Puts faults into force and ends them. `streams` is None where a cloud has none."""

    def __init__(
        self, faults: RegionFaults, processes: Processes, ledger: LedgerConnections, streams: EventStreams | None = None
    ) -> None:
        self._faults = faults
        self._processes = processes
        self._ledger = ledger
        self._streams = streams

    async def inject(self, fault: Fault) -> None:
        """Put it into force; it is felt when this returns.

        Raises InvalidFaultError where it has nothing to break.
        """
        if fault.kind is FaultKind.STREAM and self._streams is None:
            raise InvalidFaultError("kind: this cloud has no event stream")
        stream_ran = not self._faults.stops_stream(fault.region)
        # First of all: what still runs while the rest is done must reach nothing.
        self._faults.add(fault)
        if cuts_ledger(fault):
            self._ledger.cut(fault.region)
        if fault.kind is FaultKind.GONE:
            await asyncio.to_thread(self._processes.freeze if fault.freeze else self._processes.kill, fault.region)
        if self._streams is not None and stream_ran and self._faults.stops_stream(fault.region):
            await self._streams.stop(fault.region)

    async def heal(self, fault: Fault | None = None) -> tuple[Fault, ...]:
        """End it, or all; what was ended."""
        stood = self._stopped_streams()
        ended = self._faults.remove(fault)
        if self._streams is not None:
            for region in sorted(stood - self._stopped_streams()):
                await self._streams.start(region)
        for region in sorted({each.region for each in ended if each.freeze}):
            if not self._faults.is_gone(region):
                await asyncio.to_thread(self._processes.thaw, region)
        return ended

    def _stopped_streams(self) -> set[str]:
        return {each.region for each in self._faults.faults() if self._faults.stops_stream(each.region)}
