"""An environment in the embedded cloud: plan it, bring it up."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulations.cloud import emulator, engine
from simulations.cloud.errors import EmulatorError
from simulations.cloud.files import PROJECT_ROOT
from simulations.cloud.gate_client import GateClient
from simulations.cloud.ledger import migrate_ledger
from simulations.cloud.program import Project
from simulations.cloud.progress import Counts, Progress, silent
from simulations.cloud.quorum import strong_tables
from simulations.cloud.running import (
    HOME,
    down,
    emulator_dir,
    exclusively,
    running_state,
    state_path,
    status,
)
from simulations.cloud.state import DeploymentState, StateStore
from simulations.cloud.ticks import ask_for_first_beats
from simulations.cloud.vault import EmulatorVault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.cloud.emulator import RunningEmulator
    from simulations.cloud.graph import StackGraph
    from simulations.cloud.status import StatusReport


@dataclass(frozen=True, slots=True)
class UpResult:
    """What `up` did. `realised` and `modelled` count resources by type; `warnings` come from program and warm-up.

    `ledger_port`: where on loopback the ledger's database is. `home`: where its state is, by which commands find it.
    """

    environment: str
    endpoint: str
    counts: Counts
    graphs: tuple[StackGraph, ...]
    realised: Mapping[str, int]
    modelled: Mapping[str, int]
    warnings: tuple[str, ...]
    ledger_port: int
    home: Path

    @property
    def nothing_changed(self) -> bool:
        return self.counts.nothing_changed


def plan(environment: str, *, root: Path = PROJECT_ROOT) -> tuple[StackGraph, ...]:
    """The graphs of an environment's stacks; nothing is created.

    Raises UnknownEnvironmentError, and EngineError when a stack's program fails.
    """
    return engine.plan(environment, project=Project.load(root))


def up(
    environment: str,
    *,
    port: int | None = None,
    enforce_iam: bool = False,
    progress: Progress = silent,
    root: Path = PROJECT_ROOT,
    home: Path = HOME,
    lifeline_fd: int | None = None,
    warm: bool = True,
) -> UpResult:
    """Start the embedded cloud if it does not run, deploy the environment's stacks into it, and warm the functions up.

    Without `warm`, the first call of each function starts it, and a Region is heard of when its schedule first fires.

    A failure of a first deployment stops the cloud again; after a failure of a later one it runs on, and the next `up`
    continues from there. With `lifeline_fd`, the read end of a pipe, a cloud that is started ends when the other end is
    closed. With `enforce_iam` it verifies signatures and holds each call against its caller's policies.

    Raises UnknownEnvironmentError, EngineError (DeployError among them), EmulatorError, CloudBusyError and StateError.
    """
    project = Project.load(root)
    planned = engine.plan(environment, project=project)
    wanted = _Wanted(environment, port, _account_of(planned), enforce_iam, lifeline_fd)
    with exclusively(home), _cloud(home, wanted) as running:
        store = _store(home, environment, running)
        state = store.load(environment, running.process)
        store.save(state)
        expected = sum(len(graph.resources) for graph in planned)
        deployed = engine.up(
            environment, running.endpoint, state, store, expected=expected, progress=progress, project=project
        )
        migrate_ledger(deployed.graphs, running.ledger_port)
        gate = GateClient(running.endpoint)
        gate.declare_strong(strong_tables(deployed.graphs))
        warm_up = gate.warm() if warm else {}
        if warm and deployed.counts.created:
            ask_for_first_beats(deployed.graphs, running.endpoint, running.account_id)
    warnings = [warning for graph in deployed.graphs for warning in graph.warnings]
    warnings += [f"the function {name} could not be started: {error}" for name, error in sorted(warm_up.items())]
    return UpResult(
        environment=environment,
        endpoint=running.endpoint,
        counts=deployed.counts,
        graphs=deployed.graphs,
        realised=count_by_type(deployed.graphs, realised=True),
        modelled=count_by_type(deployed.graphs, realised=False),
        warnings=tuple(warnings),
        ledger_port=running.ledger_port,
        home=home,
    )


@contextmanager
def temporary(
    environment: str,
    *,
    enforce_iam: bool = False,
    progress: Progress = silent,
    root: Path = PROJECT_ROOT,
    warm: bool = True,
) -> Iterator[tuple[UpResult, StatusReport]]:
    """An environment in a cloud of its own, on a free port, beside whatever else runs; stopped and gone at the end.

    Its cloud also ends when this process is killed inside the block.
    """
    with TemporaryDirectory(prefix="twinrail-") as directory, emulator.lifeline() as lifeline_fd:
        home = Path(directory)
        try:
            deployed = up(
                environment,
                enforce_iam=enforce_iam,
                progress=progress,
                root=root,
                home=home,
                lifeline_fd=lifeline_fd,
                warm=warm,
            )
            yield deployed, status(home=home)
        finally:
            down(home=home)


def count_by_type(graphs: tuple[StackGraph, ...], *, realised: bool) -> dict[str, int]:
    """How many resources of each type are realised, or modelled."""
    return dict(sorted(Counter(n.type for graph in graphs for n in graph.resources if n.realised is realised).items()))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The cloud that an environment is to be deployed into. port: None for any."""

    environment: str
    port: int | None
    account_id: str
    enforce_iam: bool
    lifeline_fd: int | None


@contextmanager
def _cloud(home: Path, wanted: _Wanted) -> Iterator[RunningEmulator]:
    """The running emulator, or a new one, which does not outlive a failure."""
    directory = emulator_dir(home)
    running = emulator.find(directory)
    if running is not None:
        _check_same(running, running_state(home, running), wanted)
        yield running
        return
    running = emulator.start(
        directory,
        port=wanted.port,
        account_id=wanted.account_id,
        enforce_iam=wanted.enforce_iam,
        lifeline_fd=wanted.lifeline_fd,
    )
    try:
        yield running
    except BaseException:
        emulator.stop(directory)
        state_path(home, wanted.environment).unlink(missing_ok=True)
        raise


def _check_same(running: RunningEmulator, state: DeploymentState | None, wanted: _Wanted) -> None:
    if state is not None and state.environment != wanted.environment:
        raise EmulatorError(f"the environment {state.environment} runs here; stop it first: twinrail down")
    if wanted.port not in {None, running.port}:
        raise EmulatorError(
            f"it runs on port {running.port} already; leave --port out, or stop it first: twinrail down"
        )
    if wanted.enforce_iam and not running.enforces_iam:
        raise EmulatorError("it runs without IAM enforced; leave --enforce-iam out, or stop it first: twinrail down")


def _account_of(graphs: tuple[StackGraph, ...]) -> str:
    """The account of the environment: what signs with no account's key of its own is taken to be in this one."""
    accounts = Counter(node.account_id for graph in graphs for node in graph.resources if node.account_id)
    return accounts.most_common(1)[0][0] if accounts else emulator.DEFAULT_ACCOUNT_ID


def _store(home: Path, environment: str, running: RunningEmulator) -> StateStore:
    return StateStore(state_path(home, environment), EmulatorVault(running.endpoint))
