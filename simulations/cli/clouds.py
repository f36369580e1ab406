"""`twinrail up`, `status` and `down`: the embedded cloud and what is deployed on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from lambdas.core.audit.event import AuditAction
from simulations.cli.audit import pin_key
from simulations.cli.auditing import record
from simulations.cli.console import print_json, print_line
from simulations.cli.deploying import DeploymentProgress
from simulations.cli.home import home
from simulations.cli.options import EnvironmentOption, JsonOption
from simulations.cli.printing import print_resources
from simulations.cloud import running

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from simulations.cloud.progress import Counts


def up(
    env: EnvironmentOption = "dev",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the embedded cloud. Default: a free one.")
    ] = None,
    enforce_iam: Annotated[
        bool,
        typer.Option("--enforce-iam", help="Verify signatures, and hold each call against its caller's policies."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Start the embedded cloud in the background and deploy all stacks of an environment.

    With nothing changed it says so. A deployment that fails leaves nothing running.
    """
    from simulations.cloud import deployment

    with DeploymentProgress() as progress:
        result = deployment.up(env, port=port, enforce_iam=enforce_iam, progress=progress, home=home())
    _on_record(result.counts)
    document = running.status(home=home()).document()
    if as_json:
        print_json(document)
        return 0
    counts = result.counts
    print_line(
        "nothing changed"
        if result.nothing_changed
        else f"{counts.created} created, {counts.updated} updated, {counts.replaced} replaced, "
        f"{counts.deleted} deleted, {counts.unchanged} unchanged"
    )
    print_resources(result)
    print_status(document)
    return 0


def _on_record(counts: Counts) -> None:
    """Keep the key of the audit chains, and put on record in each what this deployment changed."""
    deployed = running.deployed(home=home())
    pin_key(deployed, home())
    if not counts.nothing_changed:
        changed = {name: str(count) for name, count in asdict(counts).items() if name != "unchanged"}
        record(deployed, list(deployed.exports_by_region), AuditAction.CONFIGURATION, **changed)


def status(as_json: JsonOption = False) -> int:
    """Say what runs, where, and the endpoints."""
    document = running.status(home=home()).document()
    if as_json:
        print_json(document)
        return 0
    print_status(document)
    counts = document["resources"]
    print_line(f"resources: {counts['realised']} realised, {counts['modelled']} modelled")
    return 0


def down() -> int:
    """Stop the embedded cloud; nothing is left running."""
    stopped = running.down(home=home())
    print_line("nothing was running" if stopped is None else f"stopped; port {stopped.port} is free again")
    return 0


def print_status(document: Mapping[str, Any]) -> None:
    """The environment, its Regions' endpoints, and how much of it is real here."""
    print_line(
        f"environment {document['environment']}, engine {document['engine']}, AWS endpoint {document['aws_endpoint']}"
    )
    if document["global_name"]:
        print_line(f"global name {document['global_name']}: where send and show go without --region")
    for region, known in document["regions"].items():
        print_line(f"  {region}  {known['state']}")
        print_line(f"    api   {known['api']}")
        print_line(f"    auth  {known['auth']}")
