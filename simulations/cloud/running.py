"""The embedded cloud that runs, if one does: look at it, take it down. Known by a folder, its home."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.cloud import emulator
from simulations.cloud.errors import CloudBusyError, EmulatorError
from simulations.cloud.files import PROJECT_ROOT
from simulations.cloud.gate_client import GateClient
from simulations.cloud.state import DeploymentState, read_state
from simulations.cloud.status import StatusReport, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pydantic import JsonValue as Json

    from simulations.cloud.emulator import RunningEmulator
    from simulations.cloud.faults import Fault

HOME = PROJECT_ROOT / ".twinrail"
"""Where the state of the embedded cloud is kept. One home runs one environment."""


class NotRunningError(EmulatorError):
    """No environment runs."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where AWS's services answer, and what each Region's stack exports.

    foundation: what the stacks without a Region export. ledger_port: where on loopback the ledger's database is.
    answering: a Region to ask for what spans Regions, the first one unless that is broken.
    """

    aws_endpoint: str
    exports_by_region: Mapping[str, Mapping[str, Json]]
    foundation: Mapping[str, Json]
    ledger_port: int
    answering: str


def status(*, home: Path = HOME) -> StatusReport:
    """What runs, where, and the endpoints.

    Raises NotRunningError when nothing runs.
    """
    running, state = _running(home)
    return status_of(state, running.endpoint, GateClient(running.endpoint).faults())


def deployed(*, home: Path = HOME) -> Deployed:
    """What operators' commands need to know of what runs.

    Raises NotRunningError when nothing runs.
    """
    running, state = _running(home)
    by_region = {
        str(stack.exports["region"]): stack.exports for stack in state.stacks.values() if "region" in stack.exports
    }
    foundation = {
        name: value
        for stack in state.stacks.values()
        if "region" not in stack.exports
        for name, value in stack.exports.items()
    }
    answering = _answering(by_region, GateClient(running.endpoint).faults())
    return Deployed(running.endpoint, by_region, foundation, running.ledger_port, answering)


def _answering(regions: Iterable[str], faults: Iterable[Fault]) -> str:
    broken = {fault.region for fault in faults}
    return min(regions, key=lambda region: region in broken, default="")


def _running(home: Path) -> tuple[RunningEmulator, DeploymentState]:
    running = emulator.find(emulator_dir(home))
    state = running_state(home, running) if running is not None else None
    if running is None or state is None:
        raise NotRunningError("nothing runs here; start it: twinrail up")
    return running, state


def down(*, home: Path = HOME) -> RunningEmulator | None:
    """Stop the embedded cloud; what ran, or None when nothing did. Nothing is left running.

    Raises CloudBusyError while another `up` or `down` is at work.
    """
    with exclusively(home):
        stopped = emulator.stop(emulator_dir(home))
        for path in state_paths(home):
            path.unlink()
        return stopped


def running_state(home: Path, running: RunningEmulator) -> DeploymentState | None:
    """The state that belongs to this emulator, without its secrets."""
    states = [read_state(path) for path in state_paths(home)]
    return next((state for state in states if state is not None and state.emulator == running.process), None)


def emulator_dir(home: Path) -> Path:
    """Where the emulator keeps its own things."""
    return home / "emulator"


def state_path(home: Path, environment: str) -> Path:
    """The state file of an environment."""
    return home / environment / "state.json"


def state_paths(home: Path) -> list[Path]:
    """Every state file there is."""
    return sorted(home.glob("*/state.json"))


@contextmanager
def exclusively(home: Path) -> Iterator[None]:
    """One `up` or `down` of a project at a time; the lock goes with the process that holds it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CloudBusyError("another up or down is at work here; wait for its end") from error
        yield
    finally:
        os.close(descriptor)
