"""The drill that chaostoolkit's functions act on: one at a time in a process, since they get nothing but arguments.

`twinrail drill` opens it before it runs the experiment. `chaos run` knows nothing of it: the first function opens it
from the experiment's configuration, and the experiment's control closes it.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.drills.drill import Drill, Options
from simulations.drills.hub import DrilledHub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_open: list[Drill] = []


def current(configuration: Mapping[str, Any]) -> Drill:
    """The drill that is under way; one by the experiment's configuration where none is."""
    if not _open:
        _open.append(Drill(DrilledHub.at(Path(configuration["home"]).absolute()), options_of(configuration)))
    return _open[0]


def under_way() -> Drill | None:
    """The drill that is under way, if one is."""
    return _open[0] if _open else None


@contextmanager
def opened(drill: Drill) -> Iterator[None]:
    """While the block lasts, this is the drill that is under way."""
    _open.append(drill)
    try:
        yield
    finally:
        close()


def close() -> None:
    """The drill under way is over."""
    while _open:
        _open.pop().close()


def options_of(configuration: Mapping[str, Any]) -> Options:
    """What an experiment's configuration asks for."""
    return Options(
        experiment=str(configuration["experiment"]),
        lose=str(configuration["lose"]),
        seconds=float(configuration["seconds"]),
        rate=float(configuration["rate"]),
        seed=int(configuration["seed"]),
    )
