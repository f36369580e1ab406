"""The emulator's processes, seen from outside: told from strangers for certain, and ended for certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

SERVER_MODULE = "simulations.cloud.server"
GRACE_SECONDS = 5.0
KILL_SECONDS = 2.0
# Boot time, which start times are counted from, moves a little when the clock is set.
START_TIME_TOLERANCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process that we started: the start time tells it from another that got its id later."""

    pid: int
    started_at: float


def record_of(pid: int) -> ProcessRecord:
    """The record of a live process."""
    return ProcessRecord(pid, psutil.Process(pid).create_time())


def server_process(record: ProcessRecord) -> psutil.Process | None:
    """The recorded server process, if it is alive and still that one."""
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.started_at) < START_TIME_TOLERANCE_SECONDS
        if same and process.status() != psutil.STATUS_ZOMBIE and SERVER_MODULE in process.cmdline():
            return process
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return None
    return None


def end_server(record: ProcessRecord, state_dir: Path) -> int:
    """End the server and its workers: first by asking, after five seconds by force. How many processes were ended.

    Also ends workers that outlived a server which was killed.
    """
    server = server_process(record)
    workers = _children(server) if server else []
    if server is not None:
        server.terminate()
        _kill_after(GRACE_SECONDS, [server])
    workers += [orphan for orphan in _orphans(state_dir) if orphan not in workers]
    _kill_after(KILL_SECONDS if server is None else 0.0, workers)
    return len(workers) + (server is not None)


def _children(server: psutil.Process) -> list[psutil.Process]:
    try:
        return server.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _orphans(state_dir: Path) -> list[psutil.Process]:
    """Workers by the path of the code that they run, which lies in this emulator's own directory."""
    own = f"{state_dir / 'tmp'}/"
    running = psutil.process_iter(["cmdline"])
    return [process for process in running if any(part.startswith(own) for part in process.info["cmdline"] or ())]


def _kill_after(seconds: float, processes: list[psutil.Process]) -> None:
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(alive, timeout=KILL_SECONDS)
