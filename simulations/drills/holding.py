"""Where a drill is held: on what runs, or on an environment of its own that is gone afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulations.cloud import deployment
from simulations.cloud.errors import EmulatorError
from simulations.cloud.progress import Progress, silent
from simulations.cloud.running import NotRunningError
from simulations.drills.hub import DrilledHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT_ENVIRONMENT = "dev"


@contextmanager
def hub_for(home: Path, environment: str | None, *, progress: Progress = silent) -> Iterator[DrilledHub]:
    """What runs at `home`; if nothing does, the environment, brought up for the length of the block.

    Raises EmulatorError where another environment runs than the one that is asked for.
    """
    try:
        hub = DrilledHub.at(home)
    except NotRunningError:
        with deployment.temporary(environment or DEFAULT_ENVIRONMENT, progress=progress) as (deployed, _):
            yield DrilledHub.at(deployed.home)
        return
    if environment not in {None, hub.environment}:
        raise EmulatorError(f"the environment {hub.environment} runs here; leave --env out, or stop it: twinrail down")
    yield hub
