"""A Region's way to the ledger: carries, waits, breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest

from simulations.cloud.faults import LEDGER, Fault, FaultKind
from simulations.cloud.ledger_endpoints import LedgerEndpoints
from simulations.cloud.listening import LOOPBACK
from simulations.cloud.regions import RegionFaults

HERE, THERE = "eu-west-1", "eu-west-2"
LATENCY_MS = 50.0


class Bench:
    """Endpoints in front of a database that says everything once more."""

    def __init__(self, endpoints: LedgerEndpoints, faults: RegionFaults) -> None:
        self.endpoints = endpoints
        self.faults = faults
        self.connections: list[Connection] = []

    async def connect(self, region: str) -> Connection:
        made = Connection(*await asyncio.open_connection(LOOPBACK, self.endpoints.port_of(region)))
        self.connections.append(made)
        return made


class Connection:
    """What a function has."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, question: bytes) -> bytes:
        """The answer; nothing from a connection that breaks."""
        self.writer.write(question)
        return await self.heard()

    async def heard(self) -> bytes:
        try:
            return await self.reader.read(100)
        except ConnectionResetError:
            return b""


def on_bench(check: Callable[[Bench], Awaitable[None]]) -> None:
    async def run() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(100):
                writer.write(data)
            writer.close()

        database = await asyncio.start_server(echo, LOOPBACK, 0)
        faults = RegionFaults()
        endpoints = LedgerEndpoints(database.sockets[0].getsockname()[1], faults)
        endpoints.serve_on(asyncio.get_running_loop())
        bench = Bench(endpoints, faults)
        try:
            async with asyncio.timeout(5):
                await check(bench)
        finally:
            for each in bench.connections:
                each.writer.close()
            await endpoints.close()
            database.close()
            # What the database has accepted and not yet looked at is still to be closed.
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    asyncio.run(run())


def test_what_is_said_comes_through_both_ways_when_all_is_well() -> None:
    async def check(bench: Bench) -> None:
        assert bench.endpoints.port_of(HERE) != bench.endpoints.port_of(THERE)
        connection = await bench.connect(HERE)
        assert await connection.ask(b"one") == b"one"
        assert await connection.ask(b"two") == b"two"

    on_bench(check)


def test_each_request_waits_when_the_region_is_slow() -> None:
    async def check(bench: Bench) -> None:
        here, there = await bench.connect(HERE), await bench.connect(THERE)
        bench.faults.add(Fault(HERE, FaultKind.SLOW, latency_ms=LATENCY_MS))
        began = monotonic()
        for word in (b"one", b"two"):
            assert await here.ask(word) == word
        assert monotonic() - began >= 2 * LATENCY_MS / 1000
        began = monotonic()
        assert await there.ask(b"one") == b"one"
        assert monotonic() - began < LATENCY_MS / 1000

    on_bench(check)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(HERE, FaultKind.GONE),
        Fault(HERE, FaultKind.PARTITION),
        Fault(HERE, FaultKind.SERVICE, frozenset({LEDGER})),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_connections_break_and_no_new_one_comes_through_when_the_region_is_cut_off(fault: Fault) -> None:
    async def check(bench: Bench) -> None:
        here, there = await bench.connect(HERE), await bench.connect(THERE)
        for each in (here, there):
            assert await each.ask(b"one") == b"one"
        bench.faults.add(fault)
        bench.endpoints.cut(HERE)
        assert await here.heard() == b""
        assert await (await bench.connect(HERE)).ask(b"two") == b""
        assert await there.ask(b"two") == b"two"
        bench.faults.remove()
        assert await (await bench.connect(HERE)).ask(b"three") == b"three"

    on_bench(check)


def test_the_connection_breaks_when_it_was_cut_off_while_a_request_waited() -> None:
    async def check(bench: Bench) -> None:
        here = await bench.connect(HERE)
        bench.faults.add(Fault(HERE, FaultKind.SLOW, latency_ms=LATENCY_MS))
        waiting = asyncio.create_task(here.ask(b"late"))
        await asyncio.sleep(0)
        bench.faults.add(Fault(HERE, FaultKind.GONE))
        assert await waiting == b""

    on_bench(check)
