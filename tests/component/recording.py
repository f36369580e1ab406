"""The unchanged program, run for each stack of an environment, with every registration written down."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import runpy
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import yaml
from pulumi.runtime import mocks as pulumi_mocks
from pulumi.runtime.settings import SETTINGS, get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

from tests.component.outputs import outputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi.runtime.proto import resource_pb2

STACKS = Path(__file__).resolve().parents[2] / "stacks"
REGIONS = ("eu-west-1", "eu-west-2")
DEV_ACCOUNT = "000000000000"
PROD_ACCOUNT = "111122223333"
RANDOM_PASSWORD = "aws:secretsmanager/getRandomPassword:getRandomPassword"
MADE_UP = "made-up-by-secrets-manager"
SWITCH_CHECKS = "aws:arcregionswitch/getRoute53HealthChecks:getRoute53HealthChecks"

with warnings.catch_warnings():
    # The provider's modules warn of their own old classes as they are loaded, by whomever; our use of one still fails.
    warnings.simplefilter("ignore", DeprecationWarning)
    _LOADED = (aws.s3.Bucket, aws.lambda_.Function)


@dataclass(frozen=True)
class Recorded:
    """One resource as the program asked for it. Inputs and outputs have the provider's (camelCase) names."""

    type: str
    name: str
    urn: str
    parent: str
    region: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    dependencies: tuple[str, ...]
    input_dependencies: dict[str, tuple[str, ...]]
    protect: bool
    custom: bool


@dataclass(frozen=True)
class RecordedStack:
    """A stack's resources, its exports, and what the engine would have shown as warnings."""

    name: str
    resources: tuple[Recorded, ...]
    exports: dict[str, Any]
    complaints: tuple[str, ...]

    def of(self, kind: str) -> dict[str, Recorded]:
        """The resources of one type (`aws:sqs/queue:Queue`) by name."""
        return {each.name: each for each in self.resources if each.type == kind}

    def one(self, kind: str, name: str) -> Recorded:
        """The resource of that type and name."""
        return self.of(kind)[name]


class _Monitor(pulumi_mocks.MockMonitor):
    """Writes down each registration; the Pulumi SDK calls it from several threads at once."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__(answers)
        self._answers = answers

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:
        self._answers.request.current = request
        with _loop_of_thread_closed():
            register: Callable[[resource_pb2.RegisterResourceRequest], Any] = super().RegisterResource
            return register(request)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> Any:
        with _loop_of_thread_closed():
            read: Callable[[resource_pb2.ReadResourceRequest], Any] = super().ReadResource
            return read(request)

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> Any:
        with _loop_of_thread_closed():
            invoke: Callable[[resource_pb2.ResourceInvokeRequest], Any] = super().Invoke
            return invoke(request)


@contextmanager
def _loop_of_thread_closed() -> Iterator[None]:
    """Close the event loop that the SDK's mocks open in each of their threads and then forget."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class _Answers(pulumi_mocks.Mocks):
    def __init__(self, account_id: str, exported: Mapping[str, dict[str, Any]]) -> None:
        self.request = threading.local()
        self.recorded: list[Recorded] = []
        self._account_id = account_id
        self._exported = exported
        self._lock = threading.Lock()

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        if args.token == SWITCH_CHECKS:
            return {"planArn": args.args["planArn"], "healthChecks": [switch_check(each) for each in REGIONS]}, []
        if args.token == RANDOM_PASSWORD:
            return {**args.args, "randomPassword": MADE_UP}, []
        raise AssertionError(f"the program asks its surroundings: {args.token}")

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.resource_id, {**args.inputs, "outputs": self._exported[str(args.resource_id)]}
        region = args.provider.split("::")[-2] if args.provider else ""
        outputs = {**args.inputs, **outputs_of(args.typ, args.name, args.inputs, region, self._account_id)}
        self._write_down(self.request.current, args.inputs, outputs)
        return f"{args.name}-id", outputs

    def _write_down(
        self, request: resource_pb2.RegisterResourceRequest, inputs: dict[str, Any], outputs: dict[str, Any]
    ) -> None:
        recorded = Recorded(
            type=request.type,
            name=request.name,
            urn=f"{request.type}::{request.name}",
            parent=request.parent,
            region=request.provider.split("::")[-2] if request.provider else "",
            inputs=dict(inputs),
            outputs=outputs,
            dependencies=tuple(request.dependencies),
            input_dependencies={key: tuple(each.urns) for key, each in request.propertyDependencies.items()},
            protect=request.protect,
            custom=request.custom,
        )
        with self._lock:
            self.recorded.append(recorded)


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def switch_check(region: str) -> dict[str, str]:
    """A health check that the Region switch plan holds."""
    return {
        "healthCheckId": f"switch-{region}",
        "hostedZoneId": "zone",
        "recordName": "api",
        "region": region,
        "status": "healthy",
    }


def stack_configuration(stack: str) -> dict[str, str]:
    """What the stack's own file configures."""
    content = yaml.safe_load((STACKS / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in content["config"].items()}


def record_environment(environment: str, account_id: str) -> dict[str, RecordedStack]:
    """The three stacks of an environment by name, each as the CLI would run it, the foundation first."""
    foundation = f"{environment}-foundation"
    stacks = {foundation: record_stack(foundation, account_id, stack_configuration(foundation), {})}
    exported = {f"organization/twinrail/{foundation}": stacks[foundation].exports}
    for region in REGIONS:
        stack = f"{environment}-{region}"
        stacks[stack] = record_stack(stack, account_id, stack_configuration(stack), exported)
    return stacks


def record_stack(
    stack: str, account_id: str, configuration: dict[str, str], exported: Mapping[str, dict[str, Any]]
) -> RecordedStack:
    """Run the program as one stack. `exported`: what a StackReference of that name finds."""
    # What the Pulumi SDK holds as its surroundings is bound to the context: a new one for each run.
    return contextvars.Context().run(_record, stack, account_id, configuration, exported, _program)


def record_component(
    name: str, account_id: str, build: Callable[[], None], exported: Mapping[str, dict[str, Any]] | None = None
) -> RecordedStack:
    """Run what builds a component, or a layer, that no environment has. `exported`: as for `record_stack`."""
    return contextvars.Context().run(_record, name, account_id, {}, exported or {}, build)


def _program() -> None:
    runpy.run_path(str(STACKS), run_name="__main__")


def _record(
    stack: str,
    account_id: str,
    configuration: dict[str, str],
    exported: Mapping[str, dict[str, Any]],
    program: Callable[[], None],
) -> RecordedStack:
    complaints = _Complaints()
    logger = logging.getLogger(f"program.{stack}")
    logger.handlers = [complaints]
    answers = _Answers(account_id, exported)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Another test's outputs, made outside of a program, belong to a loop that is closed.
    SETTINGS.outputs.clear()
    # What fails is raised from here; every output that waited for it fails too and would be reported by itself, later.
    loop.set_exception_handler(lambda _loop, context: logger.debug("%s", context.get("message")))
    try:
        pulumi.runtime.set_mocks(answers, "twinrail", stack, preview=False, logger=logger, monitor=_Monitor(answers))
        pulumi.runtime.set_all_config(configuration)
        exports = loop.run_until_complete(_run_program(program))
    finally:
        loop.run_until_complete(_end_what_waits())
        loop.close()
        asyncio.set_event_loop(None)
    return RecordedStack(stack, tuple(answers.recorded), exports, tuple(complaints.messages))


async def _run_program(program: Callable[[], None]) -> dict[str, Any]:
    await run_pulumi_func(program)
    root = get_root_resource()
    if not isinstance(root, Stack):
        raise TypeError("the program ran outside a stack")
    return await pulumi.Output.from_input(root.outputs).future() or {}


async def _end_what_waits() -> None:
    """After a program that failed: tasks that waited for what failed. The SDK would hand them to the next program."""
    waiting = (set(SETTINGS.outputs) | asyncio.all_tasks()) - {asyncio.current_task()}
    SETTINGS.outputs.clear()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
