"""The report of a campaign: one JSON document, and a page with a table and a plot."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, select_autoescape
from matplotlib.figure import Figure

from simulations.campaign.effects import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from simulations.campaign.experiment import Point
    from simulations.campaign.portions import Done

Row = tuple[str, str]
"""Function and effect."""


def document(done: Sequence[Done], *, seed: int, revision: str, seconds: float) -> dict[str, Any]:
    """The report as JSON: how many experiments of which kind, by function, effect and fault, and what they found."""
    single = [each for each in done if each.portion.scenario is not None]
    randomly = [each for each in done if each.portion.schedules]
    return {
        "seed": seed,
        "revision": revision,
        "seconds": round(seconds, 1),
        "single_faults": sum(each.experiments for each in single),
        "random_schedules": sum(each.experiments for each in randomly),
        "violations": sum(len(each.violations) for each in done),
        "left_over_messages": sum(sum(each.left_over.values()) for each in done),
        "scenarios": [
            {"name": each.portion.name, "experiments": each.experiments, "violations": len(each.violations)}
            for each in done
        ],
        "volume": [_volume(each) for each in done if each.volume is not None],
        "points": _points(_sum(single), _sum(randomly)),
        "found": [
            {"portion": each.portion.name, "schedule": one.schedule, "found": one.found, "trace": one.trace}
            for each in done
            for one in each.violations
        ],
    }


def write(report: dict[str, Any], directory: Path) -> tuple[Path, Path]:
    """Write `campaign.json` and `campaign.html`; where they are."""
    directory.mkdir(parents=True, exist_ok=True)
    data, page = directory / "campaign.json", directory / "campaign.html"
    data.write_text(json.dumps(report, indent=2) + "\n")
    templates = Environment(
        loader=PackageLoader("simulations.campaign"), autoescape=select_autoescape(), keep_trailing_newline=True
    )
    page.write_text(
        templates.get_template("campaign.html.j2").render(
            report=report, rows=_rows(report["points"]), faults=list(Fault), plot=plot(report["points"])
        )
    )
    return data, page


def plot(points: Iterable[dict[str, Any]]) -> str:
    """SVG: experiments at each effect, by fault, single faults and random schedules together."""
    rows = _rows(points)
    names = [f"{function}  {effect}" for function, effect in rows]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "twinrail", "font.size": 8}):
        figure = Figure(figsize=(9, 0.6 + 0.24 * len(names)), layout="constrained")
        axes = figure.add_subplot()
        left = [0] * len(names)
        for fault in Fault:
            counts = [sum(counted.get(fault, (0, 0))) for counted in rows.values()]
            axes.barh(names, counts, left=left, label=str(fault))
            left = [before + count for before, count in zip(left, counts, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel("experiments in which the effect met the fault")
        figure.legend(loc="outside upper center", ncols=7, fontsize=7)
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue().partition("<svg")[1] + written.getvalue().partition("<svg")[2]


def _rows(points: Iterable[dict[str, Any]]) -> dict[Row, dict[str, tuple[int, int]]]:
    rows: dict[Row, dict[str, tuple[int, int]]] = {}
    for point in points:
        counted = rows.setdefault((point["function"], point["effect"]), {})
        counted[point["fault"]] = (point["single"], point["random"])
    return rows


def _points(single: Counter[Point], randomly: Counter[Point]) -> list[dict[str, Any]]:
    return [
        {"function": function, "effect": effect, "fault": fault, "single": single[point], "random": randomly[point]}
        for point in sorted(single.keys() | randomly.keys())
        for function, effect, fault in [point]
    ]


def _sum(done: Iterable[Done]) -> Counter[Point]:
    return sum((each.points for each in done), Counter[tuple[str, str, str]]())


def _volume(done: Done) -> dict[str, Any]:
    counted = done.volume
    if counted is None:
        raise ValueError("the portion carried no payments")
    return {
        "payments": counted.payments,
        "transactions": counted.transactions,
        "faults": counted.faults,
        "outcomes": counted.outcomes,
    }
