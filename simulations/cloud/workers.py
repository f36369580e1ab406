"""The processes that run functions: MiniStack's warm workers, seen from inside its process.

A worker lives from its function's first call on, as an execution environment of Lambda does. `warm` starts one for each
function ahead of the first call: it imports the handler and calls nothing, as provisioned concurrency does.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypedDict

import psutil
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from simulations.cloud.freezer import Freezer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

# Imports are bound by the processor: more at once only makes each of them slower.
WARMED_AT_ONCE = max(2, os.cpu_count() or 2)


class FunctionRecord(TypedDict):
    """A function, or a version of one, as MiniStack keeps it."""

    config: dict[str, str]
    code_zip: bytes
    aliases: dict[str, dict[str, str]]


class ProcessFigures(TypedDict):
    """A process of the emulator: `cpu_seconds` is user and system time together since it started."""

    role: str
    function: str
    region: str
    pid: int
    cpu_seconds: float
    memory_bytes: int


class Workers:
    """The functions' worker processes of this server."""

    def __init__(self) -> None:
        self.frozen = Freezer()

    def processes(self) -> list[ProcessFigures]:
        """The server itself and every live worker."""
        found = [_figures("server", "", "", os.getpid())]
        for key, workers in list(lambda_runtime._workers.items()):
            _account, region, function, _qualifier = key.split(":", 3)
            pids = [worker._proc.pid for worker in workers if worker._proc is not None]
            found += [_figures("worker", function, region, pid) for pid in pids if psutil.pid_exists(pid)]
        return found

    async def warm(self) -> dict[str, str | None]:
        """Start a worker for each function that has none: `region/function` to None, or to what went wrong.

        Of a function with aliases, the versions that these name get one: it is they that are called.
        """
        called = {name: target for record in _records() for name, target in _called(record)}
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(WARMED_AT_ONCE, thread_name_prefix="warm") as pool:
            outcomes = await asyncio.gather(
                *(loop.run_in_executor(pool, _warm, target) for target in called.values()),
            )
        return dict(zip(called, outcomes, strict=True))

    def kill(self, region: str) -> None:
        """End the Region's workers at once, and forget them: the next call of each function starts another."""
        with lambda_runtime._lock:
            keys = [key for key in lambda_runtime._workers if _region_of(key) == region]
            doomed = [worker for key in keys for worker in lambda_runtime._workers.pop(key)]
        for process in _processes_of(doomed):
            process.kill()
        lambda_runtime.kill_workers(doomed)

    def freeze(self, region: str) -> None:
        """Stop the Region's workers wherever they are."""
        with lambda_runtime._lock:
            workers = [
                worker
                for key, group in lambda_runtime._workers.items()
                if _region_of(key) == region
                for worker in group
            ]
        self.frozen.freeze(region, _processes_of(workers))

    def thaw(self, region: str) -> None:
        """Let the Region's workers go on."""
        self.frozen.thaw(region)

    def stop(self) -> None:
        """End every worker, first by asking, after two seconds by force; frozen ones hear no asking."""
        self.frozen.kill()
        lambda_runtime.reset()


def _region_of(key: str) -> str:
    return key.split(":", 3)[1]


def _processes_of(workers: list[lambda_runtime.Worker]) -> list[subprocess.Popen[str]]:
    return [worker._proc for worker in workers if worker._proc is not None]


def _records() -> list[FunctionRecord]:
    return [record for _, record in lambda_svc._functions.all_items()]


def _called(record: FunctionRecord) -> Iterator[tuple[str, FunctionRecord]]:
    """By `region/function`, what a call of it runs."""
    for alias in record["aliases"] or ["$LATEST"]:
        target, config = lambda_svc._effective_func_record_for_qualifier(record, alias)
        if target is not None:
            yield f"{config['FunctionArn'].split(':')[3]}/{config['FunctionName']}", target


def _warm(record: FunctionRecord) -> str | None:
    """None, or what went wrong."""
    outcome = lambda_svc._run_with_function_config_scope(record["config"], _spawn, record)
    return None if outcome is None else str(outcome)


def _spawn(record: FunctionRecord) -> str | None:
    config = record["config"]
    name, version = config["FunctionName"], config["Version"]
    worker, _reason = lambda_runtime.acquire_worker(name, config, record["code_zip"], qualifier=version)
    try:
        lambda_runtime.ensure_spawned(worker)
    except RuntimeError as error:
        lambda_runtime.invalidate_worker(name, qualifier=version)
        return str(error)
    finally:
        lambda_runtime.release_worker(worker)
    return None


def _figures(role: str, function: str, region: str, pid: int) -> ProcessFigures:
    process = psutil.Process(pid)
    with process.oneshot():
        times = process.cpu_times()
        return ProcessFigures(
            role=role,
            function=function,
            region=region,
            pid=pid,
            cpu_seconds=times.user + times.system,
            memory_bytes=process.memory_info().rss,
        )
