"""Each Region's endpoint of the ledger: a port of its own, which leads to the one database.

A function connects to the endpoint of its Region, so a fault of that Region can keep it waiting or cut it off.
Operators' tools have the database's own port, which no fault concerns.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from simulations.cloud.faults import LEDGER
from simulations.cloud.listening import LOOPBACK, listen
from simulations.cloud.regions import Outcome, Passage

if TYPE_CHECKING:
    import socket

    from simulations.cloud.regions import RegionFaults

CHUNK_BYTES = 65_536


class LedgerEndpoints:
    """The endpoints of all Regions; a Region's is there from when it is first asked for."""

    def __init__(self, ledger_port: int, faults: RegionFaults) -> None:
        self._ledger_port = ledger_port
        self._faults = faults
        self._lock = threading.Lock()
        self._ports: dict[str, int] = {}
        self._connections: dict[str, set[asyncio.StreamWriter]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: list[asyncio.Server] = []
        self._carrying: set[asyncio.Task[None]] = set()

    def serve_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve on this loop. To be called before a function is started."""
        self._loop = loop

    def port_of(self, region: str) -> int:
        """The port of a Region's endpoint. From any thread."""
        with self._lock:
            if region not in self._ports:
                self._ports[region] = self._open(region)
            return self._ports[region]

    def cut(self, region: str) -> None:
        """Break every connection that the Region has. On the loop alone."""
        for connection in list(self._connections.get(region, ())):
            connection.transport.abort()

    async def close(self) -> None:
        """End all of it."""
        for server in self._servers:
            server.close()
        for region in list(self._connections):
            self.cut(region)
        await asyncio.gather(*self._carrying)

    def _open(self, region: str) -> int:
        if self._loop is None:
            raise RuntimeError("the ledger's endpoints are not served yet")
        listener = listen(0)
        # What connects before the loop comes to it waits in the listener's queue.
        asyncio.run_coroutine_threadsafe(self._serve(region, listener), self._loop)
        return int(listener.getsockname()[1])

    async def _serve(self, region: str, listener: socket.socket) -> None:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            carrying = asyncio.create_task(self._carry(region, reader, writer))
            self._carrying.add(carrying)
            carrying.add_done_callback(self._carrying.discard)

        self._servers.append(await asyncio.start_server(connected, sock=listener))

    async def _carry(self, region: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = Passage(region, LEDGER, caller=region)
        try:
            to_ledger = await asyncio.open_connection(LOOPBACK, self._ledger_port)
        except OSError:
            writer.transport.abort()
            return
        ends = self._connections.setdefault(region, set())
        both = {writer, to_ledger[1]}
        ends |= both
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._there(passage, reader, to_ledger[1]))
                ways.create_task(_back(to_ledger[0], writer))
        except* (OSError, _CutOffError):
            pass
        finally:
            ends -= both
            for end in both:
                end.transport.abort()

    async def _there(self, passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From the function to the database: each of its requests is a call, as AWS's services have them."""
        while data := await reader.read(CHUNK_BYTES):
            if delay_seconds := self._faults.delay_seconds(passage):
                await asyncio.sleep(delay_seconds)
            if self._faults.outcome(passage) is not Outcome.PASSED:
                raise _CutOffError
            writer.write(data)
            await writer.drain()
        raise _CutOffError


class _CutOffError(Exception):
    """This connection is at its end."""


async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
    with suppress(OSError):
        await writer.drain()
    raise _CutOffError
