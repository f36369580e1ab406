"""The last step of a run of the integration tests: what the functions' roles grant, held against what they called.

Each hub's evidence goes from the worker that ran it to the controller. Only a run of every integration test has seen
what there is to be seen: a part of them says nothing, and a run that failed says too much.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulations.permissions.comparison import NOTHING, Evidence, Grant, SeenCall, faults
from simulations.permissions.unseen import unseen_grants

INTEGRATION = Path(__file__).parent / "integration"
NAME = "grants-seen"
OUTPUT = "grants_seen"


class GrantsSeen:
    """The plugin, in each worker and in the controller."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._evidence = NOTHING
        self._modules: set[str] = set()
        self.found: list[str] | None = None

    def add(self, evidence: Evidence) -> None:
        """Keep what a hub has shown."""
        self._evidence = self._evidence.and_of(evidence)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note which modules are run, by their reports: the controller of a parallel run collects nothing."""
        path = self._config.rootpath / report.nodeid.partition("::")[0]
        if path.parent == INTEGRATION:
            self._modules.add(path.name)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker has sent. One that crashed has sent nothing, and its tests have failed."""
        if error is None and OUTPUT in getattr(node, "workeroutput", {}):
            self.add(unpacked(node.workeroutput[OUTPUT]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hold grants against calls; in a worker, hand over what was seen."""
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[OUTPUT] = packed(self._evidence)
        elif self._is_whole(session):
            self.found = faults(self._evidence, unseen_grants())
            if self.found:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say that it was looked at, and what is not so."""
        if self.found is None:
            return
        terminalreporter.section("grants against calls", red=bool(self.found))
        grants, calls = self._evidence
        terminalreporter.write_line(f"{len(grants)} grants, {len(calls)} calls seen: {len(self.found)} faults")
        for sentence in self.found:
            terminalreporter.write_line(sentence)

    def _is_whole(self, session: pytest.Session) -> bool:
        option = self._config.option
        narrowed = (option.keyword, option.markexpr, option.deselect, session.shouldstop, session.exitstatus)
        return not any(narrowed) and self._modules >= {path.name for path in INTEGRATION.glob("test_*.py")}


def packed(evidence: Evidence) -> list[list[list[object]]]:
    """As xdist can send it."""
    return [[list(each) for each in sorted(part)] for part in evidence]


def unpacked(document: list[list[list[Any]]]) -> Evidence:
    """What `packed` made into lists."""
    grants, calls = document
    return Evidence(frozenset(Grant(*each) for each in grants), frozenset(SeenCall(*each) for each in calls))
