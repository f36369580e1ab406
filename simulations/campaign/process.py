"""An execution environment from inside: a process that runs one function's handler, and asks before each effect.

A child of a fork server that has imported every handler: it starts in some milliseconds and shares nothing that
changes.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulations.campaign.instruments import instrument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.connection import Connection

    from simulations.campaign.effects import Effect, Fault

REMAINING_MS = 60_000


@dataclass(frozen=True, slots=True)
class Reached:
    """The handler is about to do this."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Finished:
    """The handler has returned."""

    response: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Raised:
    """The handler has raised: the invocation failed. `error`: the exception's class."""

    error: str


@dataclass(frozen=True, slots=True)
class Died:
    """The process is gone."""


Progress = Reached | Finished | Raised | Died


@dataclass(frozen=True, slots=True)
class Launch:
    """What an execution environment is started with.

    prepare: run in the process before its handler is; tests take a guard away by it.
    """

    function: str
    region: str
    variables: Mapping[str, str] = field(repr=False)
    prepare: Callable[[], None] | None = None


class Context:
    """What Lambda tells a handler of its invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Time enough."""
        return REMAINING_MS


def serve(connection: Connection, launch: Launch) -> None:
    """Run the handler for each event that comes, until the connection is closed."""
    os.environ.clear()
    os.environ.update(launch.variables)
    _be_silent()

    def ask(effect: Effect) -> Fault | None:
        connection.send(Reached(effect))
        verdict: Fault | None = connection.recv()
        return verdict

    instrument(launch.function, launch.region, ask)
    if launch.prepare is not None:
        launch.prepare()
    handler = importlib.import_module(f"lambdas.functions.{launch.function}.handler")
    try:
        while True:
            connection.send(_invoked(handler.handle, connection.recv()))
    except (EOFError, OSError):
        # Whoever drove it is done. No interpreter shutdown: it would take longer than the experiment.
        os._exit(0)


def _invoked(handle: Callable[..., Mapping[str, object]], event: object) -> Finished | Raised:
    try:
        return Finished(handle(event, Context()))
    except Exception as error:  # noqa: BLE001 whatever a handler raises fails its invocation, as in Lambda
        return Raised(type(error).__name__)


def _be_silent() -> None:
    # Functions log to stdout, for CloudWatch; here nobody reads it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
