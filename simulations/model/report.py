"""The report of a model check: what was searched, and which broken guard was found how."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simulations.model.checks import Broken, Check
    from simulations.model.spin import Searched


@dataclass(frozen=True, slots=True)
class Report:
    """Checks of the models as they are, and with one guard taken away each."""

    checks: Sequence[tuple[Check, Searched]]
    broken: Sequence[tuple[Broken, Searched]]

    @property
    def as_it_should_be(self) -> bool:
        """Whether every property holds, and each guard is missed that is not said to be redundant, and none else."""
        holds = all(found.found is None for _, found in self.checks)
        return holds and all((found.found is None) is (each.redundant is not None) for each, found in self.broken)

    def lines(self) -> Iterator[str]:
        """As Markdown."""
        yield "| check | states | transitions | depth | seconds | MB | result |"
        yield "|---|---|---|---|---|---|---|"
        for check, found in self.checks:
            result = "holds" if found.found is None else f"BROKEN: {_property(check, found.found)}"
            yield (
                f"| {check.name} | {found.states:,} | {found.transitions:,} | {found.depth:,} | {found.seconds:.1f} | "
                f"{found.megabytes:.0f} | {result} |"
            )
        yield ""
        yield "| guard taken away | check | found by | steps |"
        yield "|---|---|---|---|"
        for broken, found in self.broken:
            by = broken.redundant or "NOT FOUND"
            if found.found is not None:
                by = _property(broken.check, found.found)
            steps = "" if found.trail is None else str(found.trail)
            yield f"| {broken.guard} (`{broken.define}`) | {broken.check.name} | {by} | {steps} |"


def write(report: Report, directory: Path) -> Path:
    """Write `model.md`, `model.json` and the trail of each guard that was found; where the first of them is."""
    directory.mkdir(parents=True, exist_ok=True)
    page = directory / "model.md"
    page.write_text("\n".join(report.lines()) + "\n")
    (directory / "model.json").write_text(json.dumps(_document(report), indent=2) + "\n")
    for name, steps in _trails(report):
        (directory / f"{name}.trail.txt").write_text(steps)
    return page


def _document(report: Report) -> dict[str, object]:
    return {
        "checks": {check.name: _figures(found) for check, found in report.checks},
        "broken": {f"{each.check.name} {each.define}": _figures(found) for each, found in report.broken},
    }


def _figures(found: Searched) -> dict[str, object]:
    return {name: value for name, value in asdict(found).items() if name != "steps"}


def _trails(report: Report) -> Iterator[tuple[str, str]]:
    named = [(check.name, found) for check, found in report.checks]
    named += [(f"{each.check.name}-{each.define}", found) for each, found in report.broken]
    for name, found in named:
        if found.steps:
            yield re.sub(r"[^\w-]", "-", name), found.steps


def _property(check: Check, number: int) -> str:
    return check.properties.get(number, "a dead end: it is open, and no step is left")
