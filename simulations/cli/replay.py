"""`twinrail replay`: archived incoming messages driven through the hub once more."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

import typer

from lambdas.core.audit.event import AuditAction
from lambdas.core.documents import instant_text
from lambdas.service.ports import AuditUnavailable
from simulations.cli.auditing import record
from simulations.cli.console import print_json, print_line
from simulations.cli.console import progress as console
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running
from simulations.cloud.realisers.base import Cloud
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mypy_boto3_sqs.client import SQSClient

    from simulations.cloud.running import Deployed
    from simulations.operations.replay_queues import RegionQueues
    from simulations.operations.replay_report import ReplayReport

NOT_DONE = 1
SinceOption = Annotated[
    str,
    typer.Option(
        "--since", help="Replay what was archived since then: 2026-11-24T09:30:00Z, or how long ago: 90s, 15m, 2h, 1d."
    ),
]
OneRegionOption = Annotated[
    str | None,
    typer.Option(
        "--region", help="Use this Region's stores and queues alone, and replay what it owns. Default: every Region's."
    ),
]
PatienceOption = Annotated[
    float, typer.Option("--wait", min=1, help="Seconds that a hundred messages may take to be worked off.")
]


def replay(
    since: SinceOption, region: OneRegionOption = None, wait: PatienceOption = 60, as_json: JsonOption = False
) -> int:
    """Drive archived incoming messages through the hub once more, and say what that changed.

    Safe to repeat: after a healthy run nothing changes. Exit status 1 if a message could not be replayed, or its
    transaction has not ended.
    """
    from simulations.operations.leadership import this_moment
    from simulations.operations.replay import Replay
    from simulations.operations.since import moment_of
    from simulations.operations.stores import hub_sources

    moment = moment_of(since, this_moment())
    deployed = running.deployed(home=home())
    queues = _queues(deployed, region)
    with hub_sources(
        deployed.aws_endpoint, deployed.foundation, deployed.ledger_port, region=region, with_audit=False
    ) as sources:
        by = _on_record(deployed, queues, moment)
        report = Replay(
            sources,
            queues,
            by=by,
            now=this_moment,
            new_id=lambda: uuid.uuid4().hex,
            patience_seconds=wait,
            progress=partial(console.print, markup=False),
        )(moment)
    if as_json:
        print_json(report.document())
    else:
        _print(report)
    return 0 if report.done else NOT_DONE


def _on_record(deployed: Deployed, queues: Mapping[str, RegionQueues], moment: datetime) -> str:
    try:
        return record(deployed, list(queues), AuditAction.REPLAY, since=instant_text(moment))
    except AuditUnavailable as error:
        raise AuditUnavailable(f"{error}; --region works with the stores of one Region alone") from error


def _queues(deployed: Deployed, region: str | None) -> Mapping[str, RegionQueues]:
    from simulations.operations.dead_letters import queues_of
    from simulations.operations.replay_queues import queues_by_region

    def client(each: str) -> SQSClient:
        return cast("SQSClient", Cloud(deployed.aws_endpoint, ROOT_ACCOUNT, each).client("sqs"))

    return queues_by_region(queues_of(deployed.exports_by_region, client, region=region))


def _print(report: ReplayReport) -> None:
    document = report.document()
    counts = document["counts"]
    print_line(
        f"archived since {document['since']} in {', '.join(report.regions)}; replayed by {report.by}, "
        f"{document['started_at']} to {document['ended_at']}"
    )
    for each in report.changed:
        print_line(f"  changed     {each.transaction_id}  {each.before} > {each.after}: {', '.join(each.what)}")
    for copy in report.copies:
        print_line(f"  copied      {copy.transaction_id}  its {copy.kind}, to {copy.region}")
    for refused in report.refused:
        print_line(f"  refused     {refused.transaction_id}  {refused.why}")
    for unfinished in report.unfinished:
        print_line(f"  open        {unfinished.transaction_id}  still {unfinished.status} in {unfinished.region}")
    for why, count in report.left_by_reason.items():
        print_line(f"  left alone  {count}: {why}")
    for region in report.stopped:
        print_line(f"  stopped     the queues of {region} did not empty in time; run it again")
    print_line(
        f"{counts['archived']} archived messages, {counts['replayed']} replayed: {counts['unchanged']} unchanged, "
        f"{counts['changed']} changed, {counts['copies']} copies made; {counts['refused']} refused, "
        f"{counts['unfinished']} open, {counts['left_alone']} left alone"
    )
