"""Processes that stand still, are spared meanwhile, and go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from simulations.cloud.freezer import Freezer

HERE = "eu-west-1"
# Says each line that it is given once more, and ends with its input, as a worker does.
ECHO = "import sys\nfor line in sys.stdin:\n    print(line, end='', flush=True)\n"


class Echo:
    """A process that answers."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.say("ready")
        assert self.hear() == "ready"

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def stands_still(self) -> bool:
        return psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.end()


def await_truth(check: Callable[[], bool]) -> None:
    Retrying(retry=retry_if_not_result(bool), wait=wait_fixed(0.01), stop=stop_after_delay(5))(check)


def test_a_process_answers_late_when_it_was_frozen_and_is_thawed(echo: Echo) -> None:
    freezer = Freezer()
    freezer.freeze(HERE, [echo.process])
    await_truth(echo.stands_still)
    echo.say("late")
    freezer.thaw(HERE)
    assert echo.hear() == "late"
    assert echo.process.poll() is None


def test_a_process_is_spared_and_ends_by_itself_when_its_call_ran_out_while_it_was_frozen(echo: Echo) -> None:
    freezer = Freezer()
    assert not freezer.spares(echo.process)
    freezer.freeze(HERE, [echo.process])
    echo.say("late")
    assert freezer.spares(echo.process)
    freezer.thaw(HERE)
    assert echo.hear() == "late"
    await_truth(lambda: echo.process.poll() == 0)


def test_nobody_is_spared_when_nothing_is_frozen(echo: Echo) -> None:
    freezer = Freezer()
    freezer.freeze(HERE, [echo.process])
    freezer.thaw(HERE)
    assert not freezer.spares(echo.process)
    assert not freezer.spares(None)


def test_another_regions_processes_stay_when_one_is_thawed(echo: Echo) -> None:
    freezer = Freezer()
    freezer.freeze(HERE, [echo.process])
    await_truth(echo.stands_still)
    freezer.thaw("eu-west-2")
    assert echo.stands_still()


def test_what_is_frozen_ends_when_it_is_killed(echo: Echo) -> None:
    freezer = Freezer()
    freezer.freeze(HERE, [echo.process])
    freezer.kill()
    assert echo.process.poll() is not None
