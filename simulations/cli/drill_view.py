"""What a person sees while a drill goes on: figures of this second on a terminal, a line now and then in a pipe."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.table import Table

from simulations.cli.console import progress as console
from simulations.drills.drill import Told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from simulations.drills.drill import Options
    from simulations.drills.participant import Dealing
    from simulations.drills.timeline import Sample

LINE_EVERY_SECONDS = 10.0
RATE_OVER_SECONDS = 3.0


class DrillView:
    """Shows a drill on stderr; `told` is what the drill tells."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._live = Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else None
        self._lock = threading.Lock()
        self._last_line = 0.0

    def __enter__(self) -> Self:
        console.print(
            f"drill {self._options.experiment}, {self._options.lose}: {self._options.rate:g} payments a second for "
            f"{self._options.seconds:g} s, seed {self._options.seed}",
            markup=False,
        )
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def told(self) -> Told:
        """Who is told."""
        return Told(self._look, self._line)

    def _line(self, line: str) -> None:
        with self._lock:
            console.print(line, markup=False, soft_wrap=True)

    def _look(self, sample: Sample, dealings: Sequence[Dealing]) -> None:
        figures = _figures(dealings, sample.at)
        if self._live is not None:
            self._live.update(_table(sample, figures), refresh=True)
        elif time.monotonic() - self._last_line >= LINE_EVERY_SECONDS:
            self._last_line = time.monotonic()
            self._line(f"  {_words(figures)}; {'; '.join(_state(sample, region) for region in sample.names)}")


def _figures(dealings: Sequence[Dealing], now: float) -> dict[str, float]:
    """Totals, and what failed in the last seconds."""
    recent = now - RATE_OVER_SECONDS
    return {
        "due": sum(each.wish.due_at <= now for each in dealings),
        "opened": sum(each.opened_at is not None for each in dealings),
        "taken": sum(each.taken_at is not None for each in dealings),
        "ended": sum(each.over for each in dealings),
        "failing a second": sum(at > recent for each in dealings for at in each.unanswered) / RATE_OVER_SECONDS,
    }


def _words(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in figures.items())


def _state(sample: Sample, region: str) -> str:
    fault = sample.faults.get(region, "no fault")
    return f"{region} {fault}, led by {sample.leaders.get(region, '-')}, name leads to {sample.names[region]}"


def _table(sample: Sample, figures: dict[str, float]) -> Table:
    table = Table(title=_words(figures))
    for column in ("Region", "fault", "led by", "the name leads its clients to"):
        table.add_column(column)
    for region, name in sample.names.items():
        table.add_row(region, sample.faults.get(region, ""), sample.leaders.get(region, "-"), name)
    return table
