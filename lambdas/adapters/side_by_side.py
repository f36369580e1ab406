"""Checks side by side, each within the same time: one that hangs is late, and holds up nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.core.health import CheckName, CheckResult, CheckState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future


class SideBySide:
    """HealthChecks over probes: whatever a probe gives is well, whatever it raises is not."""

    def __init__(self, probes: Mapping[CheckName, Callable[[], object]], seconds: float) -> None:
        self._probes = probes
        self._seconds = seconds
        # One thread for each check, for as long as the process lives: what still hangs from the last time makes its own
        # check late again, and is not begun a second time beside it.
        self._threads = {name: ThreadPoolExecutor(max_workers=1, thread_name_prefix=name) for name in probes}

    def run(self) -> Mapping[CheckName, CheckResult]:
        """Begin all, wait once."""
        began, took = perf_counter(), dict[CheckName, int]()
        runs = {
            name: self._threads[name].submit(_measured, probe, partial(took.__setitem__, name))
            for name, probe in self._probes.items()
        }
        wait(runs.values(), timeout=self._seconds)
        late = CheckResult(CheckState.LATE, _milliseconds_since(began))
        # One that waits for its thread is taken back: nothing is done for an answer that has been given.
        return {
            name: late if run.cancel() or not run.done() else _result(run, took[name]) for name, run in runs.items()
        }


def _measured(probe: Callable[[], object], note: Callable[[int], None]) -> None:
    began = perf_counter()
    try:
        probe()
    finally:
        note(_milliseconds_since(began))


def _result(run: Future[None], duration_ms: int) -> CheckResult:
    error = run.exception()
    if error is None:
        return CheckResult(CheckState.OK, duration_ms)
    return CheckResult(CheckState.FAILED, duration_ms, _kind(error))


def _kind(error: BaseException) -> str:
    """AWS's error code, or the exception's class. Its words may name hosts, accounts and keys."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__


def _milliseconds_since(began: float) -> int:
    return round((perf_counter() - began) * 1000)
