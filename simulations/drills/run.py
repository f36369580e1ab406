"""One drill from its experiment file to its result, in this process."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chaoslib.experiment import ensure_experiment_is_valid, load_experiment, run_experiment

from simulations.cloud.errors import CloudError
from simulations.drills import session
from simulations.drills.drill import Drill, Told
from simulations.drills.result import conclude

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulations.drills.drill import Options
    from simulations.drills.hub import DrilledHub
    from simulations.drills.result import Result

EXPERIMENTS = Path(__file__).with_name("experiments")
SETTINGS: dict[str, Any] = {"runtime": {"rollbacks": {"strategy": "always"}}}
"""chaostoolkit's own default leaves a fault in force when the drill is interrupted."""


class UnknownDrill(CloudError):
    """There is no such drill: says which there are."""


def names() -> tuple[str, ...]:
    """The drills that there are."""
    return tuple(sorted(path.stem for path in EXPERIMENTS.glob("*.json")))


def experiment(name: str) -> dict[str, Any]:
    """A drill's experiment. Raises UnknownDrill."""
    if name not in names():
        raise UnknownDrill(f"{name!r} is no drill; expected one of {', '.join(names())}")
    loaded: dict[str, Any] = load_experiment(str(EXPERIMENTS / f"{name}.json"))
    return loaded


def default_seconds(name: str) -> float:
    """How long a drill's payments begin, if nobody says otherwise. Raises UnknownDrill."""
    return float(experiment(name)["configuration"]["seconds"]["default"])


def run_drill(hub: DrilledHub, options: Options, told: Told, journal_path: Path | None = None) -> Result:
    """Hold the drill; every fault is healed and the Region leads itself afterwards, whatever came of it."""
    document = experiment(options.experiment)
    with _quiet():
        ensure_experiment_is_valid(document)
        drill = Drill(hub, options, told)
        with session.opened(drill):
            configuration = {
                "home": str(hub.home),
                "lose": options.lose,
                "seconds": options.seconds,
                "rate": options.rate,
                "seed": options.seed,
            }
            document["configuration"] |= configuration
            document.pop("controls", None)
            journal: dict[str, Any] = run_experiment(document, settings=SETTINGS)
    if journal_path is not None:
        journal_path.parent.mkdir(parents=True, exist_ok=True)
        journal_path.write_text(json.dumps(journal, indent=2, default=str) + "\n")
    return conclude(drill, journal)


@contextmanager
def _quiet() -> Iterator[None]:
    """chaostoolkit tells its progress by logging; the drill tells it in its own words."""
    logger = logging.getLogger("chaostoolkit")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
