"""When a run may judge, and what the workers hand over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from simulations.permissions.comparison import Evidence, Grant, SeenCall
from tests.grants_seen import INTEGRATION, OUTPUT, GrantsSeen, packed, unpacked

UNUSED = Grant("intake", "sqs:PurgeQueue", "arn:q", through_service=False)
EVIDENCE = Evidence(frozenset({UNUSED}), frozenset({SeenCall("intake", "sqs:SendMessage", "arn:q", allowed=True)}))
MODULES = sorted(path.name for path in INTEGRATION.glob("test_*.py"))


@dataclass
class Controller:
    """As much of pytest's configuration as the plugin reads."""

    keyword: str = ""
    markexpr: str = ""
    deselect: list[str] | None = None
    rootpath: Path = INTEGRATION.parents[1]

    @property
    def option(self) -> Controller:
        return self


@dataclass
class Worker(Controller):
    workeroutput: dict[str, Any] = field(default_factory=dict)


@dataclass
class Run:
    exitstatus: int = 0
    shouldstop: bool = False


def finished(config: Controller, run: Run, modules: list[str]) -> GrantsSeen:
    plugin = GrantsSeen(cast("pytest.Config", config))
    plugin.add(EVIDENCE)
    for name in modules:
        report = SimpleNamespace(nodeid=f"tests/integration/{name}::test_something")
        plugin.pytest_runtest_logreport(cast("pytest.TestReport", report))
    plugin.pytest_sessionfinish(cast("pytest.Session", run))
    return plugin


def test_the_run_fails_when_a_grant_was_not_used() -> None:
    run = Run()
    plugin = finished(Controller(), run, MODULES)
    assert run.exitstatus == pytest.ExitCode.TESTS_FAILED
    assert any("sqs:PurgeQueue" in sentence for sentence in plugin.found or ())


@pytest.mark.parametrize("config", [Controller(keyword="x"), Controller(markexpr="x"), Controller(deselect=["x"])])
def test_nothing_is_judged_when_tests_were_left_out(config: Controller) -> None:
    run = Run()
    assert finished(config, run, MODULES).found is None
    assert run.exitstatus == 0


def test_nothing_is_judged_when_a_module_was_not_run() -> None:
    run = Run()
    assert finished(Controller(), run, MODULES[1:]).found is None
    assert run.exitstatus == 0


@pytest.mark.parametrize("run", [Run(exitstatus=1), Run(shouldstop=True)])
def test_nothing_is_judged_when_the_run_failed_or_stopped(run: Run) -> None:
    assert finished(Controller(), run, MODULES).found is None


def test_the_controller_judges_what_workers_saw_when_they_end() -> None:
    worker, run = Worker(), Run()
    assert finished(worker, Run(), MODULES).found is None
    sent = json.loads(json.dumps(worker.workeroutput))
    config = Controller()
    plugin = GrantsSeen(cast("pytest.Config", config))
    plugin.pytest_testnodedown(SimpleNamespace(workeroutput=sent), None)
    for name in MODULES:
        report = SimpleNamespace(nodeid=f"tests/integration/{name}::test_something")
        plugin.pytest_runtest_logreport(cast("pytest.TestReport", report))
    plugin.pytest_sessionfinish(cast("pytest.Session", run))
    assert plugin.found
    assert OUTPUT in sent


def test_nothing_is_lost_when_evidence_is_sent() -> None:
    assert unpacked(json.loads(json.dumps(packed(EVIDENCE)))) == EVIDENCE


@dataclass
class Terminal:
    lines: list[str] = field(default_factory=list)

    def section(self, title: str, **_markup: bool) -> None:
        self.lines.append(title)

    def write_line(self, line: str) -> None:
        self.lines.append(line)


def test_the_run_says_what_it_compared_when_it_was_whole() -> None:
    terminal = Terminal()
    finished(Controller(), Run(), MODULES).pytest_terminal_summary(terminal)
    title, first, *_ = terminal.lines
    assert title == "grants against calls"
    assert first.startswith("1 grants, 1 calls seen: ")
    narrowed = Terminal()
    finished(Controller(keyword="x"), Run(), MODULES).pytest_terminal_summary(narrowed)
    assert narrowed.lines == []
