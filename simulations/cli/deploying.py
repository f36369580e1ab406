"""What a person sees while a deployment goes on: a bar on a terminal, a line now and then in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from simulations.cli.console import progress as console
from simulations.cloud.progress import Action

if TYPE_CHECKING:
    from types import TracebackType

    from simulations.cloud.progress import Event

LINE_EVERY = 25
FINISHED = frozenset({Action.CREATED, Action.UPDATED, Action.REPLACED, Action.UNCHANGED})


class DeploymentProgress:
    """Shows the events of a deployment on stderr; call it with each event."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.fields[stack]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", stack="", total=None)
        self._stack = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        description = f"{event.type.rsplit(':', maxsplit=1)[-1]} {event.name}"
        self._bar.update(
            self._task, completed=event.done, total=event.expected, stack=event.stack, description=description
        )
        if not console.is_terminal:
            self._line(event)

    def _line(self, event: Event) -> None:
        if event.stack != self._stack:
            self._stack = event.stack
            console.print(f"{event.stack}: deploying", markup=False)
        if event.action in FINISHED and event.done % LINE_EVERY == 0:
            console.print(f"  {event.done} of {event.expected} resources", markup=False)
