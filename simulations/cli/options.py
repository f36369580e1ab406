"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

EnvironmentOption = Annotated[str, typer.Option("--env", help="Environment: a file in stacks/environments.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Region to speak to. Default: whichever DNS answers with.")
]
