"""`python -m simulations.drills`: every drill one after the other, and a summary. Exit status 1 if one was not passed.

The failover drill, of either Region, with the times of dev; the others with the short ones of `drill`, since what they
show is not how long it takes.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from simulations.cli.console import print_line, progress
from simulations.cli.drill_result import print_result
from simulations.cli.drill_view import DrillView
from simulations.cli.home import home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from simulations.drills.drill import Options
    from simulations.drills.hub import DrilledHub


class Planned(NamedTuple):
    """A drill of the set. region: which of the environment's."""

    environment: str
    name: str
    region: int
    seconds: float

    @property
    def folder(self) -> str:
        """Its folder in the report."""
        return f"{self.name}-{self.region + 1}"


SET = (
    Planned("dev", "failover", 0, 180),
    Planned("dev", "failover", 1, 180),
    Planned("drill", "failback", 0, 75),
    Planned("drill", "slow", 1, 60),
    Planned("drill", "partition", 0, 60),
    Planned("drill", "recovery-fails", 1, 75),
    Planned("drill", "return", 0, 60),
    Planned("drill", "stream", 1, 60),
)


def main(
    *,
    rate: Annotated[float, typer.Option(min=0.5, help="Payments a second.")] = 10.0,
    seed: Annotated[int, typer.Option(help="What the payments follow from.")] = 1,
    report: Annotated[Path, typer.Option(help="Where the reports go.")] = Path("dist/drills"),
    only: Annotated[list[str] | None, typer.Option(help="Drills by name; all without it.")] = None,
    seconds: Annotated[float | None, typer.Option(min=10, help="How long each one's payments begin.")] = None,
    scan: Annotated[bool, typer.Option(help="Look for names, accounts and addresses in clear after the last.")] = True,
) -> None:
    """Hold every drill, and write their reports."""
    from simulations.drills.drill import Options
    from simulations.drills.report import write_summary

    began = time.monotonic()
    chosen = [each for each in SET if not only or each.name in only]
    if seconds is not None:
        chosen = [each._replace(seconds=seconds) for each in chosen]
    asked = Options("", "", 0, rate, seed, scan=scan)
    documents = list(_held(chosen, asked, report))
    page = write_summary(documents, report)
    (report / "drills.json").write_text(json.dumps(documents, indent=2) + "\n")
    passed = sum(each["passed"] for each in documents)
    print_line(f"{passed} of {len(documents)} drills passed in {(time.monotonic() - began) / 60:.1f} minutes; {page}")
    if passed < len(documents):
        raise typer.Exit(1)


def _held(chosen: list[Planned], asked: Options, report: Path) -> Iterator[dict[str, Any]]:
    from simulations.drills.holding import hub_for

    final = chosen[-1]
    asked = replace(asked, after_others=True)
    for environment, planned in groupby(chosen, lambda each: each.environment):
        progress.print(f"deploying {environment}", markup=False)
        *others, last = planned
        with hub_for(home(), environment) as hub:
            for each in others:
                yield _hold(hub, each, replace(asked, scan=False, whole=False), report)
            # Books and chains as a whole are what all of the drills on a hub have made of them. What was in clear is in
            # clear still, in logs, streams and versions; one hub's are read, since reading them takes two minutes.
            yield _hold(hub, last, replace(asked, scan=asked.scan and last is final), report)


def _hold(hub: DrilledHub, planned: Planned, asked: Options, report: Path) -> dict[str, Any]:
    from simulations.drills import report as reports
    from simulations.drills.run import run_drill

    options = replace(asked, experiment=planned.name, lose=hub.regions[planned.region], seconds=planned.seconds)
    folder = report / planned.folder
    with DrillView(options) as view:
        result = run_drill(hub, options, view.told, folder / "journal.json")
    reports.write(result, folder)
    print_result(result)
    return {**result.document(), "folder": planned.folder}


if __name__ == "__main__":
    typer.run(main)
