"""`twinrail dead-letters` and `twinrail redrive`: what failed for good."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

import typer

from lambdas.core.audit.event import AuditAction
from simulations.cli.auditing import record
from simulations.cli.console import print_json, print_line
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running
from simulations.cloud.realisers.base import Cloud
from simulations.operations.dead_letters import look, put_back, queues_of
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

    from simulations.operations.dead_letters import DeadLetter, DeadLetterQueue

QueueOption = Annotated[
    str | None, typer.Option("--queue", help="Queue: incoming, processing or releasing. Default: all.")
]
RegionsOption = Annotated[str | None, typer.Option("--region", help="Region. Default: all.")]


def dead_letters(queue: QueueOption = None, region: RegionsOption = None, as_json: JsonOption = False) -> int:
    """List what failed for good: transaction, reason, how often it was tried, since when.

    Nothing is taken: messages are received, hidden for the moment of the look, and made visible again.
    """
    found = _look_at(_queues(region, queue))
    if as_json:
        print_json({"dead_letters": [each.document() for each in found]})
        return 0
    for each in found:
        tried = "" if each.deliveries is None else f"tried {each.deliveries} times "
        print_line(f"{each.region}  {each.queue}  {each.transaction_id}  {tried}since {each.since}  {each.reason}")
    print_line(f"{len(found)} dead letters" if found else "no dead letters")
    return 0


def redrive(queue: QueueOption = None, region: RegionsOption = None, as_json: JsonOption = False) -> int:
    """Put what failed for good back where it came from, to be tried again.

    Each message leaves the dead letters only once it is safely sent.
    """
    queues = _queues(region, queue)
    names = " ".join(sorted({each.queue for each in queues}))
    record(running.deployed(home=home()), sorted({each.region for each in queues}), AuditAction.REDRIVE, queues=names)
    counts = [(each, put_back(each, _new_id)) for each in queues]
    if as_json:
        print_json(
            {"redriven": [{"region": each.region, "queue": each.queue, "messages": count} for each, count in counts]}
        )
        return 0
    for each, count in counts:
        if count:
            print_line(f"{each.region}  {each.queue}  {count} put back")
    print_line(f"{sum(count for _, count in counts)} put back")
    return 0


def _look_at(queues: list[DeadLetterQueue]) -> list[DeadLetter]:
    # Each look at an empty queue waits a second for what may come.
    with ThreadPoolExecutor(max_workers=max(len(queues), 1)) as threads:
        return [letter for letters in threads.map(look, queues) for letter in letters]


def _queues(region: str | None, queue: str | None) -> list[DeadLetterQueue]:
    deployed = running.deployed(home=home())
    return queues_of(deployed.exports_by_region, partial(_client, deployed.aws_endpoint), region=region, queue=queue)


def _client(aws_endpoint: str, region: str) -> SQSClient:
    return cast("SQSClient", Cloud(aws_endpoint, ROOT_ACCOUNT, region).client("sqs"))


def _new_id() -> str:
    return uuid.uuid4().hex
