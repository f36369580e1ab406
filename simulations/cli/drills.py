"""`twinrail drill`: a Region is lost, slow or cut off under load, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_json, print_line
from simulations.cli.deploying import DeploymentProgress
from simulations.cli.drill_result import print_result
from simulations.cli.drill_view import DrillView
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.traffic.connections import UnknownRegion

if TYPE_CHECKING:
    from simulations.drills.hub import DrilledHub

FAILED = 1
REPORTS = Path("dist/drills")


def drill(
    name: Annotated[
        str,
        typer.Argument(help="failover, failback, slow, partition, recovery-fails, return or stream.", metavar="DRILL"),
    ],
    *,
    lose: Annotated[
        str | None, typer.Option("--lose", help="The Region that the drill is about. Default: the environment's first.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=10, help="How long payments begin. Default: the drill's own.")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.5, max=100, help="Payments a second.")] = 10.0,
    seed: Annotated[int, typer.Option(help="What the payments follow from.")] = 1,
    env: Annotated[
        str | None, typer.Option("--env", help="Environment, if none runs: dev by default; `drill` has short times.")
    ] = None,
    within: Annotated[
        float | None, typer.Option(min=1, help="Seconds that recovering may take. Default: 90, or 20 in `drill`.")
    ] = None,
    scan: Annotated[
        bool, typer.Option("--scan", help="At the end, look for names, accounts and addresses in clear.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Where the report goes. Default: dist/drills/<drill>.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Hold a drill under load, print what goes on, and write a report.

    On the environment that runs here, or else on one of its own that is stopped afterwards. Every fault is healed at
    the end, and each Region leads itself again. Exit status 1 if a message was lost or anything else speaks against it.
    """
    from simulations.drills import report as reports
    from simulations.drills.drill import Options
    from simulations.drills.holding import hub_for
    from simulations.drills.run import default_seconds, run_drill

    length = seconds if seconds is not None else default_seconds(name)
    folder = report or REPORTS / name
    with DeploymentProgress() as progress, hub_for(home(), env, progress=progress) as hub:
        options = Options(name, _region(hub, lose), length, rate, seed, within, scan=scan)
        with DrillView(options) as view:
            result = run_drill(hub, options, view.told, folder / "journal.json")
    _, page = reports.write(result, folder)
    if as_json:
        print_json(result.document())
    else:
        print_result(result)
        print_line(f"report: {page}")
    return 0 if result.passed else FAILED


def _region(hub: DrilledHub, lose: str | None) -> str:
    if lose is not None and lose not in hub.regions:
        raise UnknownRegion(f"{lose!r} is not a Region of this environment; it runs in {', '.join(hub.regions)}")
    return lose or hub.regions[0]
