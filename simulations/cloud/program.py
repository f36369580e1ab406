"""Running a stack's program under the real Pulumi SDK, without the Pulumi CLI.

The program is the one that `pulumi up` runs, unchanged. Each run has a context and an event loop of its own: what the
SDK keeps (settings, configuration, the root resource) lives in context variables, so no run sees another's.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import logging
import runpy
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import yaml
from pulumi.runtime import set_all_config
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import SETTINGS, Settings, configure
from pulumi.runtime.stack import run_in_stack

from simulations.cloud.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.cloud.graph import StackGraph
    from simulations.cloud.monitor import RecordingMonitor

LIMIT_SECONDS = 300.0
PARALLEL_REGISTRATIONS = 8
ORGANIZATION = "organization"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Project:
    """A Pulumi project as Pulumi.yaml describes it. `program` is the directory of `__main__.py`."""

    root: Path
    name: str
    program: Path
    config_dir: Path

    @classmethod
    def load(cls, root: Path) -> Project:
        """Read Pulumi.yaml.

        Raises EngineError when it is not there or says no name.
        """
        document = _yaml(root / "Pulumi.yaml", root.name)
        if not isinstance(document.get("name"), str):
            raise EngineError(root.name, f"{root / 'Pulumi.yaml'} gives the project no name")
        return cls(
            root=root,
            name=str(document["name"]),
            program=(root / str(document.get("main", "."))).resolve(),
            config_dir=(root / str(document.get("stackConfigDir", "."))).resolve(),
        )

    def config(self, stack: str) -> dict[str, str]:
        """The configuration of a stack, as the CLI would pass it: texts, anything else as JSON.

        Raises EngineError when the stack has no configuration, or an encrypted value: the embedded engine has no key.
        """
        values = _yaml(self.config_dir / f"Pulumi.{stack}.yaml", stack).get("config", {})
        config = {}
        for key, value in cast("Mapping[str, object]", values).items():
            if isinstance(value, dict) and "secure" in value:
                raise EngineError(stack, f"the value of {key} is encrypted, which the embedded engine cannot read")
            name = key if ":" in key else f"{self.name}:{key}"
            config[name] = value if isinstance(value, str) else json.dumps(value)
        return config


@dataclass(slots=True)
class ProgramLog:
    """The engine that a program logs to: keeps warnings and errors."""

    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def Log(self, request: engine_pb2.LogRequest) -> None:
        if request.severity == engine_pb2.WARNING:
            self.warnings.append(request.message)
        elif request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        else:
            logger.debug("%s", request.message)


def run_program(
    project: Project, stack: str, monitor: RecordingMonitor, *, preview: bool, limit_seconds: float = LIMIT_SECONDS
) -> StackGraph:
    """Run a stack's program to its end and give the graph that it registered.

    Raises EngineError, with the program's own error as its cause, when it fails or does not end in time.
    """
    log = ProgramLog()
    config = project.config(stack)

    async def run() -> None:
        configure(
            Settings(
                project=project.name,
                stack=stack,
                monitor=monitor,
                engine=log,
                dry_run=preview,
                organization=ORGANIZATION,
                root_directory=str(project.root),
            )
        )
        set_all_config(config)
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(PARALLEL_REGISTRATIONS, thread_name_prefix="register"))
        # What fails is raised from here; every task that waited for it fails too and would be reported each by itself.
        loop.set_exception_handler(lambda _loop, context: logger.debug("%s", context.get("message")))
        async with asyncio.timeout(limit_seconds):
            await run_in_stack(lambda: _settled(project.program, limit_seconds / 2))

    try:
        with _undisturbed(), asyncio.Runner() as runner:
            runner.run(run(), context=contextvars.Context())
    except TimeoutError as error:
        raise EngineError(
            stack, f"the program did not end within {limit_seconds:g} s: it awaits what never comes"
        ) from error
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(stack, _cause(error, project)) from error
    if log.errors:
        raise EngineError(stack, f"the program reported: {'; '.join(log.errors)}")
    return monitor.graph(tuple(log.warnings))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the garbage collector and without the provider package's own deprecations.

    The SDK keeps very many objects alive, which the collector walks again and again: half of the time. And importing
    a part of the provider package warns of every deprecated class in it, whether the program uses that or not.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulumi_aws")
            yield
    finally:
        if was_enabled:
            gc.enable()


async def _settled(program: Path, patience_seconds: float) -> None:
    """Run the program, and wait until its outputs are known, one has failed, or for as long as there is patience.

    The SDK would wait for them itself, for all of them anew after each that is known: with a thousand resources that is
    most of a deployment's time. It can be interrupted only while it waits itself, so the limit is left to it.
    """
    runpy.run_path(str(program), run_name="__main__")
    until = asyncio.get_running_loop().time() + patience_seconds
    while pending := [each for each in SETTINGS.outputs if not each.done()]:
        left = until - asyncio.get_running_loop().time()
        done, _ = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_EXCEPTION)
        if not done or any(each.cancelled() or each.exception() is not None for each in done):
            # The SDK tells the cause: a resource's failure before those of what waited for it.
            return


def _cause(error: Exception, project: Project) -> str:
    """The error and the last line of the project's own code that it came through."""
    said = f"{type(error).__name__}: {error}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(project.root)
        and not Path(frame.filename).is_relative_to(Path(__file__).parent)
    ]
    if not frames:
        return said
    place = Path(frames[-1].filename).relative_to(project.root)
    return f"{said} (at {place}, line {frames[-1].lineno})"


def _yaml(path: Path, stack: str) -> dict[str, object]:
    try:
        document = yaml.safe_load(path.read_text())
    except FileNotFoundError as error:
        raise EngineError(stack, f"{path} is not there") from error
    except yaml.YAMLError as error:
        raise EngineError(stack, f"{path} is no YAML: {error}") from error
    if not isinstance(document, dict):
        raise EngineError(stack, f"{path} holds no settings")
    return cast("dict[str, object]", document)
