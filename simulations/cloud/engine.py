"""The embedded engine: plans and deploys an environment by running the unchanged Pulumi program of each stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.cloud.deployer import Clouds, StackDeployer
from simulations.cloud.errors import EngineError, UnknownEnvironmentError
from simulations.cloud.files import PROJECT_ROOT
from simulations.cloud.monitor import RecordingMonitor
from simulations.cloud.program import LIMIT_SECONDS, ORGANIZATION, Project, run_program
from simulations.cloud.progress import Counts, Progress, Tally, silent
from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.modelled import modelled
from simulations.cloud.registrations import Provided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.cloud.graph import StackGraph
    from simulations.cloud.realisers.base import Realiser
    from simulations.cloud.registrations import Registration
    from simulations.cloud.state import DeploymentState, StateStore

FOUNDATION = "foundation"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did, and the graphs of its stacks."""

    counts: Counts
    graphs: tuple[StackGraph, ...]


class Planner:
    """Answers registrations with well-formed values and creates nothing."""

    def __init__(self, realisers: Mapping[str, Realiser]) -> None:
        self._realisers = realisers

    def provide(self, registration: Registration) -> Provided:
        """Model the resource; `realised` says whether a deployment would make it real."""
        given = modelled(
            registration.type, registration.name, registration.inputs, registration.region, registration.account_id
        )
        return Provided(given.id, given.outputs, registration.type in self._realisers)


def environments(project: Project) -> tuple[str, ...]:
    """The environments that the project knows, by the files that describe them."""
    return tuple(sorted(path.stem for path in (project.program / "environments").glob("*.yaml")))


def stacks(project: Project, environment: str) -> tuple[str, ...]:
    """The stacks of an environment, in the order of their deployment: the foundation, then the Regions.

    Raises UnknownEnvironmentError, and EngineError for an environment without stacks.
    """
    known = environments(project)
    if environment not in known:
        raise UnknownEnvironmentError(environment, known)
    layers = {}
    for path in project.config_dir.glob("Pulumi.*.yaml"):
        stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        config = project.config(stack)
        if config.get(f"{project.name}:environment") == environment:
            layers[stack] = config.get(f"{project.name}:layer")
    if not layers:
        raise EngineError(environment, f"no file Pulumi.<stack>.yaml in {project.config_dir} is of this environment")
    return tuple(sorted(layers, key=lambda stack: (layers[stack] != FOUNDATION, stack)))


def plan(
    environment: str,
    *,
    project: Project | None = None,
    realisers: Mapping[str, Realiser] = REALISERS,
    limit_seconds: float = LIMIT_SECONDS,
) -> tuple[StackGraph, ...]:
    """The graphs of an environment's stacks; nothing is created.

    Raises UnknownEnvironmentError, and EngineError when a stack's program fails.
    """
    project = project or Project.load(PROJECT_ROOT)
    planner = Planner(realisers)
    graphs: list[StackGraph] = []
    for stack in stacks(project, environment):
        monitor = RecordingMonitor(project.name, stack, planner, _references(project, graphs), project.program)
        graphs.append(run_program(project, stack, monitor, preview=True, limit_seconds=limit_seconds))
    return tuple(graphs)


def up(
    environment: str,
    endpoint: str,
    state: DeploymentState,
    store: StateStore,
    *,
    expected: int,
    progress: Progress = silent,
    project: Project | None = None,
    realisers: Mapping[str, Realiser] = REALISERS,
) -> Deployed:
    """Deploy an environment's stacks into the emulator at `endpoint`, from the state of the last deployment.

    `expected` is how many resources the plan has, for the progress. The state is saved as the deployment goes on, so
    that after a failure the next one continues from there.

    Raises UnknownEnvironmentError, DeployError when a resource fails, EngineError when a program does.
    """
    project = project or Project.load(PROJECT_ROOT)
    clouds, tally = Clouds(endpoint), Tally(expected, progress)
    graphs: list[StackGraph] = []
    for stack in stacks(project, environment):
        deployer = StackDeployer(stack, state, store=store, clouds=clouds, realisers=realisers, tally=tally)
        monitor = RecordingMonitor(project.name, stack, deployer, _references(project, graphs), project.program)
        try:
            graph = run_program(project, stack, monitor, preview=False)
        except EngineError as error:
            # Whatever ended the program first, the resource that failed is the cause.
            raise deployer.failure or error from error
        deployer.finish(graph)
        graphs.append(graph)
    return Deployed(tally.counts(), tuple(graphs))


def _references(project: Project, graphs: list[StackGraph]) -> dict[str, StackGraph]:
    return {name: graph for graph in graphs for name in _names(project, graph.stack)}


def _names(project: Project, stack: str) -> Iterator[str]:
    """The forms in which a StackReference may name a stack."""
    yield stack
    yield f"{project.name}/{stack}"
    yield f"{ORGANIZATION}/{project.name}/{stack}"
