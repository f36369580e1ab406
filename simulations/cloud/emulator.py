"""The embedded cloud as a background process: start, find, stop.

One emulator per state directory. Its record (process id and start time, port) lies beside its files, mode 0600.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from simulations.cloud.errors import EmulatorError
from simulations.cloud.files import read_json, write_json
from simulations.cloud.processes import ProcessRecord, end_server, record_of, server_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 30.0
LOG_LINES_SHOWN = 5
DEFAULT_ACCOUNT_ID = "000000000000"


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """An emulator that answers. `endpoint` is `http://127.0.0.1:PORT`; the ledger's database is on loopback too."""

    pid: int
    started_at: float
    port: int
    ledger_port: int
    account_id: str
    enforces_iam: bool = False

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> ProcessRecord:
        return ProcessRecord(self.pid, self.started_at)


def start(
    state_dir: Path,
    *,
    port: int | None = None,
    account_id: str = DEFAULT_ACCOUNT_ID,
    enforce_iam: bool = False,
    lifeline_fd: int | None = None,
) -> RunningEmulator:
    """Start an emulator in the background, on the given port or a free one, and wait until it answers.

    With `lifeline_fd`, the read end of a pipe, it ends when the other end is closed. With `enforce_iam` it verifies
    signatures and holds each call against its caller's policies.

    Raises EmulatorError when one runs already, the port is taken, or the server does not come up.
    """
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (already := find(state_dir)) is not None:
        raise EmulatorError(f"an emulator runs already, at {already.endpoint}; stop it first: twinrail down")
    end_leftovers(state_dir)
    # Close-on-exec is taken off the one end that the server gets.
    read_end, write_end = os.pipe()
    options = ["--port", str(port or 0), "--account-id", account_id, *(["--enforce-iam"] if enforce_iam else [])]
    try:
        pid = _spawn(state_dir, options, write_end, lifeline_fd)
    finally:
        os.close(write_end)
    process = record_of(pid)
    try:
        port_of, ledger_port = _await_ready(read_end, state_dir)
        running = RunningEmulator(process.pid, process.started_at, port_of, ledger_port, account_id, enforce_iam)
        write_json(_record_path(state_dir), asdict(running))
    except BaseException:
        # Whatever interrupts the start, a user's Ctrl-C among it: what has no record yet would never be found again.
        end_server(process, state_dir)
        raise
    finally:
        os.close(read_end)
    return running


def find(state_dir: Path) -> RunningEmulator | None:
    """The emulator of this state directory, if it is alive; a record that a killed one left behind finds nothing."""
    document = read_json(_record_path(state_dir))
    if document is None:
        return None
    running = RunningEmulator(
        pid=int(str(document["pid"])),
        started_at=float(str(document["started_at"])),
        port=int(str(document["port"])),
        # A server of an earlier version, still to be stopped, had no ledger.
        ledger_port=int(str(document.get("ledger_port", 0))),
        account_id=str(document["account_id"]),
        enforces_iam=bool(document.get("enforces_iam")),
    )
    return running if server_process(running.process) is not None else None


def stop(state_dir: Path) -> RunningEmulator | None:
    """Stop the emulator of this state directory with all its workers; what it was, or None when none ran."""
    running = find(state_dir)
    end_leftovers(state_dir)
    return running


def end_leftovers(state_dir: Path) -> int:
    """End whatever of this directory's emulator still runs and forget its record; how many processes there were."""
    document = read_json(_record_path(state_dir))
    if document is None:
        return 0
    ended = end_server(ProcessRecord(int(str(document["pid"])), float(str(document["started_at"]))), state_dir)
    _record_path(state_dir).unlink()
    return ended


@contextmanager
def running_emulator(
    state_dir: Path,
    *,
    port: int | None = None,
    account_id: str = DEFAULT_ACCOUNT_ID,
    enforce_iam: bool = False,
) -> Iterator[RunningEmulator]:
    """An emulator for the length of a block. It also ends when this process dies inside the block."""
    with lifeline() as read_end:
        running = start(state_dir, port=port, account_id=account_id, enforce_iam=enforce_iam, lifeline_fd=read_end)
        try:
            yield running
        finally:
            stop(state_dir)


@contextmanager
def lifeline() -> Iterator[int]:
    """The read end of a pipe whose other end closes with the block, or with this process, however that ends."""
    read_end, write_end = os.pipe()
    try:
        yield read_end
    finally:
        os.close(write_end)
        os.close(read_end)


def _record_path(state_dir: Path) -> Path:
    return state_dir / "emulator.json"


def _log_path(state_dir: Path) -> Path:
    return state_dir / "emulator.log"


def _spawn(state_dir: Path, options: list[str], ready_fd: int, lifeline_fd: int | None) -> int:
    """A process in a session of its own. Spawned without subprocess.Popen, which wants every child to be awaited."""
    directory = state_dir.resolve()
    # -P: the user's working directory is no place to import from.
    command = [sys.executable, "-P", "-m", "simulations.cloud.server", *options]
    command += ["--state-dir", str(directory), "--ready-fd", str(ready_fd)]
    fcntl.fcntl(ready_fd, fcntl.F_SETFD, 0)
    if lifeline_fd is not None:
        fcntl.fcntl(lifeline_fd, fcntl.F_SETFD, 0)
        command += ["--lifeline-fd", str(lifeline_fd)]
    log = (os.POSIX_SPAWN_OPEN, 1, str(_log_path(directory)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.posix_spawn(
        sys.executable,
        command,
        _clean_environment(directory),
        file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), log, (os.POSIX_SPAWN_DUP2, 1, 2)],
        setsid=True,
    )


def _clean_environment(state_dir: Path) -> dict[str, str]:
    """Nothing of the user's shell but the search path: functions inherit what the server has."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(state_dir / "home")}


def _await_ready(read_end: int, state_dir: Path) -> tuple[int, int]:
    """The emulator's port and its ledger's."""
    said = _first_line(read_end)
    if "port" not in said:
        raise EmulatorError(_failure(said, state_dir))
    return int(said["port"]), int(said["ledger_port"])


def _first_line(read_end: int) -> dict[str, str]:
    """What the server says when it is ready, or why it cannot be; nothing when it says nothing in time."""
    ready, _, _ = select.select([read_end], [], [], START_SECONDS)
    line = os.read(read_end, 65536) if ready else b""
    return {str(name): str(value) for name, value in json.loads(line or b"{}").items()}


def _failure(said: dict[str, str], state_dir: Path) -> str:
    if "error" in said:
        return f"{said['error']}; free it, or give another port (--port N), or none to have a free one chosen"
    log = _log_path(state_dir)
    last = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:] if log.exists() else []
    return f"the emulator did not come up; its log ({log}) ends: {' | '.join(last) or 'empty'}"
