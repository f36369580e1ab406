"""`twinrail scan`: is anything of a party to be read in clear?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_json, print_line
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running

if TYPE_CHECKING:
    from simulations.scan.search import Report

FOUND = 1


def scan(
    files: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, dir_okay=False, help="Messages whose parties are looked for. Default: samples/."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Look for names, accounts and addresses of messages in clear, in everything that is kept; exit status 1 if any.

    Where it is found is said, and what it is of; never the value itself.
    """
    from simulations.operations.scanning import scan as look
    from simulations.operations.scanning import values_of

    found = look(running.deployed(home=home()), home(), values_of(files or ()))
    if as_json:
        print_json(found.document())
    else:
        print_report(found)
    return FOUND if found.findings else 0


def print_report(found: Report) -> None:
    """Each store with how much was read there, then each finding."""
    for store, count in found.read.items():
        print_line(f"{count:>8}  {store}")
    for each in found.findings:
        layers = f" ({', '.join(each.layers)})" if each.layers else ""
        print_line(f"CLEAR  {each.store}  {each.key}  {each.field or 'content'}{layers}: {each.kind} of {each.source}")
    print_line(f"{found.values} values looked for in {sum(found.read.values())} places: {len(found.findings)} in clear")
