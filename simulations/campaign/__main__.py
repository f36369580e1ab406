"""`python -m simulations.campaign`: the whole campaign, and its report. Exit status 1 if anything was found."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_line, progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from simulations.campaign.portions import Done, Portion

CHUNK = 250


def main(
    seed: Annotated[int, typer.Option(help="What the random schedules and the payments follow from.")] = 1,
    schedules: Annotated[int, typer.Option(min=0, help="How many random schedules.")] = 3_000,
    payments: Annotated[int, typer.Option(min=0, help="How many payments go through both Regions.")] = 10_000,
    processes: Annotated[int, typer.Option(min=1, help="How many hubs are tried out side by side.")] = 2,
    report: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("dist/campaign"),
) -> None:
    """Try every effect with every fault, then random schedules, then a volume of payments."""
    from simulations.campaign.report import document, write

    began = time.monotonic()
    progress.print(f"seed {seed}: deploying {processes} hubs")
    done = list(_worked(_portions(seed, schedules, payments), processes))
    told = document(done, seed=seed, revision=_revision(), seconds=time.monotonic() - began)
    written = write(told, report)
    _print(told)
    print_line(f"report: {written[1]} and {written[0].name}")
    if told["violations"] or told["left_over_messages"]:
        raise typer.Exit(1)


def _portions(seed: int, schedules: int, payments: int) -> list[Portion]:
    """The longest ones first."""
    from simulations.campaign.portions import Portion
    from simulations.campaign.scenarios import SCENARIOS

    found = [Portion(seed, payments=payments)] if payments else []
    for number, start in enumerate(range(0, schedules, CHUNK)):
        found.append(Portion(1_000 * seed + number, schedules=min(CHUNK, schedules - start)))
    return found + [Portion(seed, scenario=name) for name in SCENARIOS]


def _worked(portions: list[Portion], processes: int) -> Iterator[Done]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from simulations.campaign.portions import open_laboratory, work

    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=open_laboratory) as pool:
        for done in pool.map(work, portions):
            experiments = f"{done.experiments} experiments, " if done.experiments else ""
            progress.print(f"{done.portion.name}: {experiments}{len(done.violations)} violations", soft_wrap=True)
            yield done


def _print(told: dict[str, Any]) -> None:
    for found in told["found"]:
        print_line(f"VIOLATION in {found['portion']}")
        print_line(found["schedule"])
        for line in (*found["found"], *(f"    {line}" for line in found["trace"])):
            print_line(f"  {line}")
    for volume in told["volume"]:
        outcomes = ", ".join(f"{name} {count}" for name, count in volume["outcomes"].items())
        print_line(
            f"{volume['payments']} payments of {volume['transactions']} transactions in both Regions "
            f"under {volume['faults']} faults: {outcomes}"
        )
    print_line(f"messages left on queues: {told['left_over_messages']}")
    print_line(
        f"{told['single_faults']} single-fault experiments, {told['random_schedules']} random schedules, "
        f"{told['violations']} violations, seed {told['seed']}, {told['seconds']:.0f} s"
    )


def _revision() -> str:
    """The commit that was tried, as git names it; `unknown` outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    found = subprocess.run([git, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


if __name__ == "__main__":
    typer.run(main)
