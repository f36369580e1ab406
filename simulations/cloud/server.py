"""The embedded cloud's server: MiniStack behind the gate, on loopback, in one process.

`python -m simulations.cloud.server --port N --state-dir DIR` (port 0: any free one). Exit status 2 and one line on
standard error when the port cannot be had.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import uvicorn

from simulations.cloud.errors import EmulatorError
from simulations.cloud.listening import LOOPBACK, listen
from simulations.cloud.postgres import EmbeddedPostgres, start_postgres
from simulations.cloud.streams import EventStreams

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from simulations.cloud.asgi import Application
    from simulations.cloud.ledger_endpoints import LedgerEndpoints
    from simulations.cloud.workers import Workers

DRAIN_SECONDS = 1
USAGE_STATUS = 2
DEFAULT_ACCOUNT_ID = "000000000000"


class EmbeddedServer(uvicorn.Server):
    """Tells the starter through a pipe when it answers, and ends when the starter's lifeline breaks."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        ledger_port: int,
        endpoints: LedgerEndpoints,
        ready_fd: int | None,
        lifeline_fd: int | None,
    ) -> None:
        super().__init__(config)
        self._ledger_port = ledger_port
        self._endpoints = endpoints
        self._ready_fd = ready_fd
        self._lifeline_fd = lifeline_fd

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._endpoints.serve_on(asyncio.get_running_loop())
        await super().startup(sockets)
        if self._lifeline_fd is not None:
            asyncio.get_running_loop().add_reader(self._lifeline_fd, self._end)
        if self._ready_fd is not None and sockets:
            _tell(self._ready_fd, {"port": sockets[0].getsockname()[1], "ledger_port": self._ledger_port})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._endpoints.close()
        await super().shutdown(sockets)

    def _end(self) -> None:
        self.should_exit = True


def environment(port: int, state_dir: Path, account_id: str, *, enforce_iam: bool) -> dict[str, str]:
    """The settings of an emulator with its own directories; functions inherit them, so they hold no secret.

    AUTH: whether signatures are verified, and calls held against the policies of who makes them.

    PGHOSTADDR leads libpq here, whatever the host name that a function was told; the port is its Region's.
    HOME is a directory of its own: the AWS SDK in the functions must not find the user's configuration.
    """
    return {
        "TMPDIR": str(state_dir / "tmp"),
        "HOME": str(state_dir / "home"),
        "S3_DATA_DIR": str(state_dir / "s3"),
        "STATE_DIR": str(state_dir / "ministack"),
        "GATEWAY_PORT": str(port),
        "EDGE_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": account_id,
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "LAMBDA_EXECUTOR": "local",
        "AUTH": "true" if enforce_iam else "false",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": LOOPBACK,
        "PGHOSTADDR": LOOPBACK,
    }


class Cloud(NamedTuple):
    """What the server serves, and what it must start and stop with itself."""

    application: Application
    workers: Workers
    endpoints: LedgerEndpoints


def cloud(*, port: int, ledger_port: int, streams: EventStreams, calls_from: dict[str, str | int]) -> Cloud:
    """The gate with MiniStack behind it. Imported here: MiniStack reads its settings when it is imported."""
    from ministack.app import app

    from simulations.cloud.authorizations import AuthorizationLog
    from simulations.cloud.calls import CallCounter
    from simulations.cloud.control import Control
    from simulations.cloud.emulator_patches import Surroundings, apply_patches
    from simulations.cloud.gate import Gate
    from simulations.cloud.injector import FaultInjector
    from simulations.cloud.ledger_endpoints import LedgerEndpoints
    from simulations.cloud.regions import RegionFaults
    from simulations.cloud.rest_apis import region_of_api
    from simulations.cloud.workers import Workers
    from simulations.dns.serving import with_dns

    calls, faults, workers = CallCounter(), RegionFaults(), Workers()
    endpoints = LedgerEndpoints(ledger_port, faults)
    strong_tables: set[str] = set()
    authorizations = AuthorizationLog()
    apply_patches(Surroundings(faults, workers.frozen, endpoints.port_of, authorizations))
    control = Control(
        calls=calls,
        authorizations=authorizations,
        faults=faults,
        injector=FaultInjector(faults, workers, endpoints, streams),
        strong_tables=strong_tables,
        workers=workers,
        streams=streams,
        identity={**calls_from, "port": port},
    )
    gate = Gate(
        app,
        control,
        calls=calls,
        faults=faults,
        region_of_api=region_of_api,
        is_strong=strong_tables.__contains__,
    )
    return Cloud(with_dns(gate, f"http://{LOOPBACK}:{port}"), workers, endpoints)


def serve(
    listener: socket.socket,
    ledger: EmbeddedPostgres,
    state_dir: Path,
    account_id: str,
    pipes: tuple[int | None, int | None],
    *,
    enforce_iam: bool,
) -> NoReturn:
    """Serve until SIGTERM, SIGINT or a broken lifeline; then end the workers, streams, database and process."""
    port = int(listener.getsockname()[1])
    os.environ.update(environment(port, state_dir, account_id, enforce_iam=enforce_iam))
    tempfile.tempdir = None
    streams = EventStreams(state_dir / "tmp" / "streams")
    app, workers, endpoints = cloud(
        port=port, ledger_port=ledger.port, streams=streams, calls_from={"pid": os.getpid()}
    )
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=DRAIN_SECONDS
    )
    server = EmbeddedServer(
        config, ledger_port=ledger.port, endpoints=endpoints, ready_fd=pipes[0], lifeline_fd=pipes[1]
    )
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        workers.stop()
        streams.close_all()
        ledger.stop()
        _empty(state_dir)
        logging.shutdown()
        # MiniStack's threads may be waiting for a function, for as long as that may run: exit would join them.
        os._exit(0)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulations.cloud.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--account-id", default=DEFAULT_ACCOUNT_ID)
    parser.add_argument("--ready-fd", type=int, help="write one JSON line to this descriptor when the server answers")
    parser.add_argument("--lifeline-fd", type=int, help="stop when this descriptor is closed at its other end")
    parser.add_argument("--enforce-iam", action="store_true", help="hold each call against its caller's policies")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _exit_now)
    try:
        listener = listen(given.port)
    except (OSError, OverflowError) as error:
        message = f"port {given.port} cannot be had: {error.strerror if isinstance(error, OSError) else error}"
        if given.ready_fd is not None:
            _tell(given.ready_fd, {"error": message})
        sys.stderr.write(message + "\n")
        sys.exit(USAGE_STATUS)
    _empty(given.state_dir)
    try:
        ledger = start_postgres(given.state_dir / "tmp" / "ledger")
    except EmulatorError as error:
        if given.ready_fd is not None:
            _tell(given.ready_fd, {"error": str(error)})
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    pipes = (given.ready_fd, given.lifeline_fd)
    serve(listener, ledger, given.state_dir, given.account_id, pipes, enforce_iam=given.enforce_iam)


def _exit_now(_signal: int, _frame: FrameType | None) -> None:
    # Before uvicorn listens for signals, and again after: it raises what it caught once more when it has ended.
    sys.exit(0)


def _empty(state_dir: Path) -> None:
    """Start from nothing: the emulator leaves extracted packages in its directories."""
    for name in ("tmp", "home", "s3", "ministack"):
        shutil.rmtree(state_dir / name, ignore_errors=True)
        (state_dir / name).mkdir(parents=True)


def _tell(descriptor: int, document: dict[str, str | int]) -> None:
    os.write(descriptor, json.dumps(document).encode() + b"\n")
    os.close(descriptor)


if __name__ == "__main__":
    main()
