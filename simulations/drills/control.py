"""The control that every experiment names: under `chaos run` it writes the report. `twinrail drill` does so itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.drills import report, session
from simulations.drills.result import conclude

if TYPE_CHECKING:
    from collections.abc import Mapping


def after_experiment_control(
    context: Mapping[str, Any], state: Mapping[str, Any], configuration: Mapping[str, Any]
) -> None:
    """Close the drill and write its report where the configuration says."""
    drill = session.under_way()
    if drill is None:
        return
    session.close()
    result = conclude(drill, {**state, "experiment": {**context, "configuration": configuration}})
    report.write(result, Path(configuration["report"]))
