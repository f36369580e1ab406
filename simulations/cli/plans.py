"""`twinrail plan`: the resource graph of an environment, without creating anything."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_error
from simulations.cli.options import EnvironmentOption
from simulations.plan.mermaid import as_mermaid
from simulations.plan.picture import draw
from simulations.plan.scope import WHOLE, Scope, UnknownPart
from simulations.plan.summary import as_json, summary_lines
from simulations.plan.svg import as_svg
from simulations.plan.tfplan import as_tfplan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulations.cloud.graph import StackGraph
    from simulations.plan.picture import Picture


class PlanFormat(StrEnum):
    """What the graph is written as."""

    SUMMARY = "summary"
    JSON = "json"
    TFPLAN = "tfplan"
    MERMAID = "mermaid"
    SVG = "svg"


def plan(
    env: EnvironmentOption = "dev",
    form: Annotated[PlanFormat, typer.Option("--format", help="What to write.")] = PlanFormat.SUMMARY,
    hub: Annotated[str | None, typer.Option(help="Draw this hub alone (mermaid, svg).")] = None,
    component: Annotated[
        str | None, typer.Option(help="Draw this component, by name or class, with its neighbours (mermaid, svg).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write to instead of stdout.")] = None,
) -> int:
    """List every resource of an environment's stacks, without creating anything."""
    from simulations.cloud import deployment

    scope = Scope(hub, component)
    if scope != WHOLE and form not in _PICTURES:
        print_error(f"--format {form}: lists the whole environment; expected mermaid or svg with --hub or --component")
        return 2
    if hub is not None and component is not None:
        print_error("--hub and --component: both are given; expected one of them")
        return 2
    graphs = deployment.plan(env)
    for warning in (warning for graph in graphs for warning in graph.warnings):
        print_error(f"warning: {warning}")
    try:
        text = render(graphs, form, scope)
    except UnknownPart as error:
        print_error(str(error))
        return 2
    if out is None:
        typer.echo(text, nl=False)
        return 0
    try:
        out.write_text(text)
    except OSError as error:
        print_error(f"{out}: {error.strerror or error}")
        return 2
    return 0


def render(graphs: Sequence[StackGraph], form: PlanFormat, scope: Scope = WHOLE) -> str:
    """The graph as text, ending in a newline. Raises UnknownPart."""
    picture = _PICTURES.get(form)
    return _WRITERS[form](graphs) if picture is None else picture(draw(graphs, scope))


def _summary(graphs: Sequence[StackGraph]) -> str:
    return "".join(f"{line}\n" for line in summary_lines(graphs))


_WRITERS: Mapping[PlanFormat, Callable[[Sequence[StackGraph]], str]] = {
    PlanFormat.SUMMARY: _summary,
    PlanFormat.JSON: lambda graphs: json.dumps(as_json(graphs), indent=2) + "\n",
    PlanFormat.TFPLAN: lambda graphs: json.dumps(as_tfplan(graphs), indent=2) + "\n",
}
_PICTURES: Mapping[PlanFormat, Callable[[Picture], str]] = {PlanFormat.MERMAID: as_mermaid, PlanFormat.SVG: as_svg}
