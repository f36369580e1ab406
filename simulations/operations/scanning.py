"""The scan of a deployment: where its stores are, and what there is to be looked for."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import httpx
import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg.conninfo import make_conninfo

from simulations.checkers.sources import SourceUnreadable
from simulations.cloud.postgres import ADMIN, ledger_parameters
from simulations.cloud.realisers.base import Cloud
from simulations.operations.errors import NothingToLookFor
from simulations.scan import other_stores
from simulations.scan.aws_stores import OF_A_REGION, objects
from simulations.scan.search import search
from simulations.scan.values import values_in
from simulations.traffic.connections import ROOT_ACCOUNT
from simulations.traffic.files import CONTENT_TYPES
from simulations.traffic.payments import credit_transfer
from simulations.traffic.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mypy_boto3_s3.client import S3Client

    from simulations.cloud.running import Deployed
    from simulations.scan.search import Report, Stored
    from simulations.scan.values import Value

QUEUES = "/_ministack/sqs/messages"
"""The emulator's page of what its queues hold: a look at it changes nothing."""
KEPT_FILES = (
    "*.json",
    "*/*.json",
    "*/*.log",
    "emulator/ministack/**/*",
    "emulator/tmp/ledger/log",
    "emulator/tmp/streams/**/*",
)
"""Its state, its own log and those of database and brokers. What it keeps for a service, that service is asked for."""
SEPARATE = frozenset({"index.json"})
"""In the folder of samples, and no message."""


def scan(deployed: Deployed, home: Path, values: Sequence[Value]) -> Report:
    """Look for the values in everything that the deployment keeps.

    Raises SourceUnreadable: a store that cannot be read was not seen to be clear.
    """
    return search(values, everything(deployed, home))


def everything(deployed: Deployed, home: Path) -> Iterator[Stored]:
    """All that is kept, store by store. Raises SourceUnreadable."""
    regions = deployed.exports_by_region
    cloud = Cloud(deployed.aws_endpoint, ROOT_ACCOUNT, next(iter(regions)))
    yield from _whole("s3", objects(cast("S3Client", cloud.client("s3"))))
    for region, exported in regions.items():
        for service, read in OF_A_REGION.items():
            yield from _whole(f"{service} of {region}", read(region, cloud.in_region(region).client(service)))
        yield from other_stores.stream_records(region, _brokers(exported))
    yield from _whole("what the queues hold", _queues(deployed.aws_endpoint))
    yield from _whole("the ledger", _ledger(deployed.ledger_port))
    yield from other_stores.files(home, KEPT_FILES)


def _whole(what: str, stored: Iterator[Stored]) -> Iterator[Stored]:
    """All of it: of what was read in part, the rest may be in clear."""
    try:
        yield from stored
    except (BotoCoreError, ClientError, psycopg.Error, httpx.HTTPError) as error:
        raise SourceUnreadable(f"{what} cannot be read: {type(error).__name__}") from error


def values_of(paths: Sequence[Path] = ()) -> tuple[Value, ...]:
    """What the files have that is to be found nowhere; if none are named, those of samples/ and what drills send.

    Raises NothingToLookFor.
    """
    named = paths or sorted(
        each for each in SAMPLES.iterdir() if each.suffix in CONTENT_TYPES and each.name not in SEPARATE
    )
    messages = [(each.name, each.read_bytes()) for each in named]
    if not paths:
        messages.append(("a drill's payment", credit_transfer(random.SystemRandom(), datetime.now(UTC))))
    found = values_in(messages)
    if not found:
        raise NothingToLookFor(f"no name, account or address in {', '.join(each.name for each in named)}")
    return found


def _brokers(exported: Mapping[str, object]) -> str:
    told = exported.get("event_stream")
    return str(told["bootstrap_servers"]) if isinstance(told, dict) else ""


def _queues(endpoint: str) -> Iterator[Stored]:
    with httpx.Client(trust_env=False) as http:
        answer = http.get(f"{endpoint}{QUEUES}").raise_for_status()
    by_account: dict[str, dict[str, dict[str, list[dict[str, object]]]]] = answer.json()["messages"]
    for by_region in by_account.values():
        yield from other_stores.queued(by_region)


def _ledger(port: int) -> Iterator[Stored]:
    with psycopg.connect(make_conninfo("", **ledger_parameters(port, ADMIN)), autocommit=True) as connection:
        yield from other_stores.rows(connection)
