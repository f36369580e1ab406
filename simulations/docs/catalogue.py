"""docs/catalogue.md: the catalogue's rows as tables, by hub and container."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from simulations.catalogue.rows import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulations.catalogue.rows import Row

HEAD = """\
# The catalogue

Written by `make docs` from [rows.toml](../simulations/catalogue/rows.toml): every row of the component tables that the
hub is modelled after, and what it is here. *Built* is in the plan of every environment, *substitute* too, with
something else than the row names; *external* is run by others; *pending* is not there yet. A test holds it to the plan
of prod, in both directions: `.venv/bin/pytest tests/component/test_catalogue.py`."""


def catalogue_page() -> str:
    """The page as Markdown."""
    rows = catalogue()
    counts = Counter(row.state for row in rows)
    told = ", ".join(f"{counts[state]} {state}" for state in ("built", "substitute", "external", "pending"))
    return "\n".join([HEAD, "", f"{len(rows)} rows: {told}.", *_tables(rows)]) + "\n"


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    for (hub, container), of_container in groupby(rows, lambda row: (row.hub, row.container)):
        yield from ("", f"## {hub.capitalize()}: {container}", "", "| row | state | what it is here |", "|---|---|---|")
        yield from (f"| {row.name} | {row.state} | {_here(row)} |" for row in of_container)


def _here(row: Row) -> str:
    made = "; ".join(f"`{component}`: {', '.join(map(_short, types))}" for component, types in row.parts.items())
    where = {"foundation": "in the foundation", "region": "in each Region", None: ""}[row.layer]
    return ". ".join(part for part in (f"{made} ({where})" if made else "", row.because or "") if part)


def _short(kind: str) -> str:
    """`aws:sqs/queue:Queue` as `sqs.Queue`, a block by its name."""
    package, module, name = kind.split(":")
    return f"{module.split('/')[0]}.{name}" if package == "aws" else name
