"""`python -m simulations.docs [--check]`: write what is generated in docs/, or say what is not current."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cloud import deployment
from simulations.docs.attacks import attack_table
from simulations.docs.catalogue import catalogue_page
from simulations.docs.reference import api_reference
from simulations.plan.picture import draw
from simulations.plan.scope import Scope
from simulations.plan.svg import as_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulations.cloud.graph import StackGraph

ROOT = Path(__file__).parents[2]


@functools.cache
def _dev() -> Sequence[StackGraph]:
    return deployment.plan("dev")


PAGES: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "api.md": lambda: api_reference(ROOT / "lambdas" / "api" / "openapi.json"),
    ROOT / "docs" / "architecture.svg": lambda: as_svg(draw(_dev())),
    ROOT / "docs" / "attacks.md": lambda: attack_table(ROOT / "tests" / "attacks"),
    ROOT / "docs" / "catalogue.md": catalogue_page,
    ROOT / "docs" / "message-path.svg": lambda: as_svg(draw(_dev(), Scope(hub="payment"))),
}


def main(
    check: Annotated[bool, typer.Option(help="Write nothing; exit status 1 if a page is not current.")] = False,
) -> None:
    """Write the generated pages of docs/."""
    stale = []
    for path, write in PAGES.items():
        text = write()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if not check:
            path.write_text(text)
    if stale and check:
        typer.echo(f"not current: {', '.join(stale)}; run: make docs", err=True)
        sys.exit(1)
    typer.echo(f"written: {', '.join(stale)}" if stale else "docs/ is current")


if __name__ == "__main__":
    typer.run(main)
