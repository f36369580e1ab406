"""`twinrail regions` and `twinrail failback`: who carries whose transactions."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

import typer

from lambdas.core.audit.event import AuditAction
from lambdas.core.recovery import Leadership
from simulations.cli.auditing import record as put_on_record
from simulations.cli.console import print_error, print_json, print_line
from simulations.cli.console import progress as console
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cli.reconcile import DIFFER, SETTLE_SECONDS
from simulations.cloud import running
from simulations.cloud.realisers.base import Cloud
from simulations.operations.errors import StoresUnknown
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.core.recovery import RegionRecord
    from simulations.cloud.running import Deployed
    from simulations.operations.leadership import LeadershipTable

OTHERWISE = 1
LostOption = Annotated[str, typer.Option("--region", help="A Region that was taken over, to lead itself again.")]


def regions(
    until: Annotated[
        list[str] | None,
        typer.Option("--until", help="Wait until a Region is so: eu-west-1=lost, or =active. May be given again."),
    ] = None,
    within: Annotated[float, typer.Option(min=0, help="Seconds to wait for that.")] = 120.0,
    as_json: JsonOption = False,
) -> int:
    """Show which Region carries which Region's transactions, and when each was last heard of.

    Exit status 1 if the time is over and a Region is not what --until says.
    """
    wanted = dict(_wanted(each) for each in until or ())
    table = _table(running.deployed(home=home()))
    records, reached = table.await_states(wanted, within_seconds=within)
    if as_json:
        print_json({"regions": [each.document() for each in records]})
    else:
        _print(records)
    return 0 if reached else OTHERWISE


def _wanted(text: str) -> tuple[str, Leadership]:
    region, _, state = text.partition("=")
    if not region or state not in set(Leadership):
        expected = f"a Region and one of {', '.join(Leadership)}, as eu-west-1={Leadership.LOST}"
        raise typer.BadParameter(f"{text!r}; expected {expected}", param_hint="--until")
    return region, Leadership(state)


def failback(
    region: LostOption,
    unreconciled: Annotated[
        bool,
        typer.Option("--unreconciled", help="Do not reconcile first: for when the leading Region is lost as well."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Let a Region that was taken over lead itself again, once everything that the hub keeps agrees.

    Exit status 1, and nothing is changed, if it does not agree. What was taken over stays with the Region that took it.
    """
    from simulations.operations.leadership import this_moment

    deployed = running.deployed(home=home())
    if not unreconciled and (mismatches := _mismatches(deployed)):
        print_error(f"{mismatches} mismatches; see: twinrail reconcile")
        return DIFFER
    # In the Region that answers: the one that was lost may not yet. Nothing is given back that is not on record.
    put_on_record(
        deployed, [deployed.answering], AuditAction.FAILBACK, region=region, reconciled="no" if unreconciled else "yes"
    )
    record = _table(deployed).give_back(region, this_moment())
    if as_json:
        print_json({"regions": [record.document()]})
    else:
        _print([record])
    return 0


def _mismatches(deployed: Deployed) -> int:
    from simulations.operations.reconciliation import reconcile
    from simulations.operations.stores import hub_sources

    with hub_sources(deployed.aws_endpoint, deployed.foundation, deployed.ledger_port) as sources:
        found = reconcile(
            sources, pause=partial(time.sleep, SETTLE_SECONDS), progress=partial(console.print, markup=False)
        )
    return len(found.mismatches)


def _table(deployed: Deployed) -> LeadershipTable:
    from simulations.operations.leadership import LeadershipTable

    name = deployed.foundation.get("leadership_table_name")
    if not isinstance(name, str):
        raise StoresUnknown("the deployment tells no leadership_table_name; run: twinrail up")
    client = Cloud(deployed.aws_endpoint, ROOT_ACCOUNT, deployed.answering).client("dynamodb")
    return LeadershipTable(cast("DynamoDBClient", client), name)


def _print(records: Sequence[RegionRecord]) -> None:
    for each in records:
        document = each.document()
        ill = f"  impaired: {', '.join(each.beat.impaired)}" if each.beat.impaired else ""
        print_line(
            f"{each.region}  {each.state}  led by {each.leader} since {document['since']} (generation "
            f"{each.generation}); sees the other as {each.watch.state}{ill}"
        )
    if not records:
        print_line("no Region was heard of yet")
