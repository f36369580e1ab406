"""`python -m simulations.model`: the takeover, model-checked, and its report.

Exit status 1 if a property does not hold or a broken guard is not found, 2 where there is no spin.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulations.cli.console import print_error, print_line, progress
from simulations.model.checks import BROKEN, CHECKS
from simulations.model.report import Report, write
from simulations.model.spin import MISSING, missing, search

if TYPE_CHECKING:
    from simulations.model.checks import Broken, Check
    from simulations.model.spin import Searched

REPORT = Path("dist/model")


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Where models are compiled and searched."""

    directory: Path

    def check(self, check: Check) -> Searched:
        """Every state of a model."""
        progress.print(f"{check.name}: searching every state")
        return search(check.model, check.defines, self.directory / check.name, cycles=check.cycles)

    def breaks(self, broken: Broken) -> Searched:
        """The same with one guard taken away."""
        progress.print(f"{broken.define}: {broken.guard}")
        name = f"{broken.check.name}-{broken.define}"
        return search(broken.check.model, broken.defines, self.directory / name, shortest=True)


def main() -> int:
    """Check everything, write the report, say what was found."""
    if missing():
        print_error(MISSING)
        return 2
    with TemporaryDirectory() as directory:
        laboratory = Laboratory(Path(directory))
        checks = [(each, laboratory.check(each)) for each in CHECKS]
        broken = [(each, laboratory.breaks(each)) for each in BROKEN]
    report = Report(checks, broken)
    path = write(report, REPORT)
    print_line(path.read_text())
    print_line(f"report: {path}")
    return 0 if report.as_it_should_be else 1


if __name__ == "__main__":
    sys.exit(main())
