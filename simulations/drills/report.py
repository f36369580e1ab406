"""The report of a drill: one JSON document, and a page with the timeline."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, select_autoescape
from matplotlib.figure import Figure

from simulations.drills.series import series
from simulations.drills.timeline import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from simulations.drills.result import Result
    from simulations.drills.series import Series

SHOWN = {
    Moment.BROKEN: "tab:red",
    Moment.LEAD_TAKEN: "tab:purple",
    Moment.NAME_MOVED: "tab:blue",
    Moment.LAST_OLD_END: "tab:green",
    Moment.BACK: "tab:olive",
    Moment.GIVEN_BACK: "tab:cyan",
    Moment.NAME_HOME: "tab:gray",
}
"""The moments that the plot marks, and how."""


def write(result: Result, directory: Path) -> tuple[Path, Path]:
    """Write `drill.json` and `drill.html`; where they are."""
    directory.mkdir(parents=True, exist_ok=True)
    data, page = directory / "drill.json", directory / "drill.html"
    begun = result.drill.timeline.moments.get(Moment.BEGUN, 0.0)
    seen = series(result.drill.dealings, result.fates, begun)
    document = result.document() | {"seconds_seen": seen.document()}
    data.write_text(json.dumps(document, indent=2) + "\n")
    page.write_text(_page("drill.html.j2", drill=document, plot=plot(seen, result.drill.timeline.moments)))
    return data, page


def write_summary(documents: Sequence[Mapping[str, Any]], directory: Path) -> Path:
    """Write `index.html`, which names every drill of a set; where it is."""
    directory.mkdir(parents=True, exist_ok=True)
    page = directory / "index.html"
    page.write_text(_page("drills.html.j2", drills=documents))
    return page


def plot(seen: Series, moments: Mapping[Moment, float]) -> str:
    """SVG: above, what happened in each second; below, how long each payment took from its time to its end."""
    begun = moments.get(Moment.BEGUN, 0.0)
    marks = {name: moments[name] - begun for name in SHOWN if name in moments}
    last = max([*seen.wanted, *seen.ended, *map(int, marks.values()), 0])
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "twinrail", "font.size": 8}):
        figure = Figure(figsize=(10, 5), layout="constrained")
        rates, waits = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        for name, counts in (("opened", seen.opened), ("ended", seen.ended), ("failed calls", seen.failed)):
            rates.plot(range(last + 1), [counts.get(second, 0) for second in range(last + 1)], label=name, linewidth=1)
        rates.set_ylabel("in a second")
        waits.scatter(*_columns(seen.waits), s=3)
        waits.set_yscale("log")
        waits.set_ylabel("ms to the end")
        waits.set_xlabel("seconds since payments began")
        for axes in (rates, waits):
            _mark(axes, marks, labelled=axes is rates)
        figure.legend(loc="outside upper center", ncols=4, fontsize=7)
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return "<svg" + written.getvalue().partition("<svg")[2]


def _mark(axes: Axes, marks: Mapping[Moment, float], *, labelled: bool) -> None:
    for name, at in marks.items():
        label = f"{name.value} ({at:.1f} s)" if labelled else None
        axes.axvline(at, color=SHOWN[name], linestyle="--", linewidth=1, label=label)


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [at for at, _ in points], [max(1.0, took) for _, took in points]


def _page(template: str, **values: object) -> str:
    templates = Environment(
        loader=PackageLoader("simulations.drills"), autoescape=select_autoescape(), keep_trailing_newline=True
    )
    return templates.get_template(template).render(**values)
