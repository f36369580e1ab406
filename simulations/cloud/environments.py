"""Execution environments (worker processes): how many a function gets on one machine, and what its Region adds to them.

AWS starts another one for every call that finds none free. On a machine of a few processors a start costs more than a
hundred calls, so that a moment of waiting makes a storm of starts, and the storm makes everything wait. Here a call
waits a moment for a free one first, and only a few are ever started for a function.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.regions import RegionFaults

PATIENCE_SECONDS = 0.5
AT_MOST = max(2, os.cpu_count() or 2)

_changed = threading.Condition()


class RegionGoneError(RuntimeError):
    """Nothing starts in a Region that is gone."""


def worker_in_region(
    function: str,
    config: dict[str, Any],
    code_zip: bytes,
    *,
    faults: RegionFaults,
    ledger_port_of: Callable[[str], int],
) -> lambda_runtime.Worker:
    """A worker that is told which Region it is in: where its ledger is, and by whose name its calls go out.

    While the Region is gone, its process cannot be started (RegionGoneError).
    """
    region = str(config["FunctionArn"]).split(":")[3]
    # The SDK puts the application's id into the user agent of each call, where the gate reads it.
    variables = {"PGPORT": str(ledger_port_of(region)), "AWS_SDK_UA_APP_ID": region}
    worker = lambda_runtime.Worker(function, _with_variables(config, variables), code_zip)
    start = worker._spawn

    def start_where_it_lives() -> None:
        if faults.is_gone(region):
            raise RegionGoneError(f"{region} is gone")
        start()

    worker._spawn = start_where_it_lives
    return worker


def _with_variables(config: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    given = config.get("Environment", {}).get("Variables", {})
    return {**config, "Environment": {"Variables": {**given, **variables}}}


def acquire(
    name: str,
    config: dict[str, str],
    code_zip: bytes,
    qualifier: str = "$LATEST",
    max_concurrency: int | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[lambda_runtime.Worker | None, str]:
    """A free worker of the function, or a new one after a moment; throttled, as by AWS, after the function's timeout.

    The arguments and the answer are those of MiniStack's `acquire_worker`.
    """
    key = lambda_runtime._worker_key(name, config, qualifier)
    began = clock()
    give_up_seconds = float(config.get("Timeout", 3))
    with _changed:
        while True:
            waited = clock() - began
            there = len(lambda_runtime._workers.get(key, ()))
            wanted = there if there > 0 and waited < PATIENCE_SECONDS else there + 1
            limit = min(wanted, max_concurrency or AT_MOST)
            worker, reason = lambda_runtime.acquire_worker(name, config, code_zip, qualifier, max_concurrency=limit)
            if worker is not None or waited >= give_up_seconds:
                return worker, reason
            until = PATIENCE_SECONDS if waited < PATIENCE_SECONDS else give_up_seconds
            _changed.wait(max(0.001, until - waited))


def release(worker: lambda_runtime.Worker | None) -> None:
    """Give a worker back (None: it is gone) and wake who waits for one."""
    lambda_runtime.release_worker(worker)
    with _changed:
        _changed.notify_all()
