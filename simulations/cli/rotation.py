"""`twinrail rotate-secret`: a participant's client secret, exchanged while both are valid."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from lambdas.core.audit.event import AuditAction
from simulations.cli.auditing import record
from simulations.cli.console import print_line
from simulations.cli.home import home
from simulations.cloud import running
from simulations.cloud.realisers.base import Cloud
from simulations.operations.client_secrets import ClientSecret
from simulations.traffic.connections import ROOT_ACCOUNT


def rotate_secret(
    participant: Annotated[str, typer.Argument(help="The participant's registered name.")],
    region: Annotated[str, typer.Option("--region", help="The Region of whose user pool the client is.")],
    retire: Annotated[bool, typer.Option("--retire", help="End the old secret, once nobody uses it.")] = False,
) -> int:
    """Give a participant's API client a new secret; the old one goes on being taken until it is retired."""
    deployed = running.deployed(home=home())
    secret = _secret(deployed.exports_by_region, deployed.aws_endpoint, participant, region)
    step = "old secret retired" if retire else "new secret made current"
    record(deployed, [region], AuditAction.CONFIGURATION, client=participant, step=step)
    if retire:
        secret.retire()
    else:
        secret.renew()
    print_line(f"{participant}  {region}  {step}")
    return 0


def _secret(exports: object, aws_endpoint: str, participant: str, region: str) -> ClientSecret:
    by_region = cast("dict[str, dict[str, object]]", exports)
    if region not in by_region:
        raise typer.BadParameter(f"{region!r}; expected one of {', '.join(by_region)}", param_hint="--region")
    clients = cast("dict[str, dict[str, str]]", by_region[region]["clients"])
    if participant not in clients:
        raise typer.BadParameter(f"{participant!r}; expected one of {', '.join(clients)}", param_hint="PARTICIPANT")
    known = clients[participant]
    cloud = Cloud(aws_endpoint, ROOT_ACCOUNT, region)
    pool = str(by_region[region]["user_pool_id"])
    return ClientSecret(cloud, participant, pool, known["client_id"], known["secret_arn"])
