"""Each runbook's commands for the embedded cloud, run in order on an environment of short times; and those for AWS that
the embedded cloud can carry out.

One page after the other, on one hub: each leaves both Regions active and everything in agreement, as the next expects.
"""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulations.cli.audit import pin_key
from simulations.cloud import deployment, running
from simulations.cloud.deployment import UpResult
from simulations.cloud.files import PROJECT_ROOT
from simulations.cloud.realisers.base import Cloud
from simulations.operations.leadership import LeadershipTable
from tests.integration.conftest import REGIONS
from tests.integration.hub_controls import await_truth
from tests.unit.runbooks.pages import RUNBOOKS, Step, aws_commands, pages, read_aws, steps

ENVIRONMENT = "drill"
ACCOUNT = "000000000000"
SECONDS = 180
PAGES = [page.stem for page in pages() if steps(page)]
ON_THE_EMBEDDED_CLOUD = {"dynamodb": {"scan", "query", "get_item"}, "sqs": {"get_queue_attributes", "send_message"}}
NOT_AS_IN_DOCTEST = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = pytest.mark.xdist_group("drills")


@pytest.fixture(scope="module")
def drill() -> Iterator[UpResult]:
    with deployment.temporary(ENVIRONMENT) as (deployed, _status):
        # Before the schedules fire for the first time, which is after a minute.
        await_truth(lambda: len(_leadership(deployed).all()) == len(REGIONS), patience_seconds=20)
        yield deployed


def _leadership(deployed: UpResult) -> LeadershipTable:
    return LeadershipTable(_client(deployed, "dynamodb", REGIONS[0]), f"twinrail-{ENVIRONMENT}-leadership")


def _client(deployed: UpResult, service: str, region: str) -> Any:
    return Cloud(deployed.endpoint, ACCOUNT, region).client(service)


def _run(deployed: UpResult, step: Step) -> None:
    """The command in a shell, as a reader types it, where `twinrail` is the one of this environment."""
    environment = {
        **os.environ,
        "TWINRAIL_HOME": str(deployed.home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    ran = subprocess.run(
        ["bash", "-c", step.command],
        env=environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ran.returncode == 0, f"{step.command}: {ran.stdout}{ran.stderr}"
    printed = doctest.OutputChecker().check_output(step.printed, ran.stdout, NOT_AS_IN_DOCTEST)
    assert printed, f"{step.command} printed\n{ran.stdout}"


def _hide_an_answer(deployed: UpResult, context: ExitStack) -> None:
    """An answer that somebody has deleted, in both Regions: a marker hides it, until it is removed."""
    _run(deployed, Step("twinrail send samples/01-single.xml --region eu-west-1", "...\n"))
    for region in REGIONS:
        store, bucket = _client(deployed, "s3", region), f"twinrail-{ENVIRONMENT}-payloads-{region}-{ACCOUNT}"
        key = store.list_objects_v2(Bucket=bucket, Prefix="outgoing/")["Contents"][0]["Key"]
        hidden = {"Bucket": bucket, "Key": key}
        marker = store.delete_object(**hidden)["VersionId"]
        context.callback(store.delete_object, **hidden, VersionId=marker)


def _keep_the_key(deployed: UpResult, _: ExitStack) -> None:
    """As `twinrail up` does; and each chain is signed, as it is after its first minute."""
    pin_key(running.deployed(home=deployed.home), deployed.home)
    exports = {graph.stack: graph.exports for graph in deployed.graphs}
    for region in REGIONS:
        url = str(exports[f"{ENVIRONMENT}-{region}"]["audit_tick_queue_url"])
        _client(deployed, "sqs", region).send_message(QueueUrl=url, MessageBody='{"fan_out": true}')
    for chain, other in zip(REGIONS, reversed(REGIONS), strict=True):
        await_truth(partial(_holds_heads, deployed, other, chain))


def _holds_heads(deployed: UpResult, region: str, chain: str) -> bool:
    bucket = f"twinrail-{ENVIRONMENT}-audit-heads-{region}-{ACCOUNT}"
    return "Contents" in _client(deployed, "s3", region).list_objects_v2(Bucket=bucket, Prefix=f"heads/{chain}/")


ARRANGED: Mapping[str, Callable[[UpResult, ExitStack], None]] = {
    "audit-chain": _keep_the_key,
    "reconciliation-not-clean": _hide_an_answer,
}
"""What must have happened before a page's first command. What undoes it, comes before its last."""


@pytest.mark.parametrize("page", PAGES)
def test_a_runbook_does_what_it_says(drill: UpResult, page: str) -> None:
    with ExitStack() as mended:
        if page in ARRANGED:
            ARRANGED[page](drill, mended)
        *before, last = steps(RUNBOOKS / f"{page}.md")
        for step in before:
            _run(drill, step)
    _run(drill, last)


@pytest.mark.parametrize("page", PAGES)
def test_a_look_at_aws_is_one_that_the_embedded_cloud_carries_out(drill: UpResult, page: str) -> None:
    for command in aws_commands(RUNBOOKS / f"{page}.md"):
        call = read_aws(command.replace("twinrail-prod", f"twinrail-{ENVIRONMENT}").replace("111122223333", ACCOUNT))
        if call.operation in ON_THE_EMBEDDED_CLOUD.get(call.service, set()):
            answer = getattr(_client(drill, call.service, call.region), call.operation)(**call.parameters)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200, command


def test_failing_back_on_aws_is_the_write_that_the_command_makes(drill: UpResult) -> None:
    [command] = [each for each in aws_commands(RUNBOOKS / "failing-back.md") if " update-item " in each]
    call = read_aws(command)
    table = _leadership(drill)
    known = next(each for each in table.all() if each.region == "eu-west-2")
    values = {":known": {"N": str(known.generation)}, ":raised": {"N": str(known.generation + 1)}}
    parameters = {
        **call.parameters,
        "TableName": table.table,
        "ExpressionAttributeValues": {**call.parameters["ExpressionAttributeValues"], **values},
    }
    table.client.update_item(**parameters)
    written = next(each for each in table.all() if each.region == "eu-west-2")
    assert (written.state, written.leader, written.generation) == ("active", "eu-west-2", known.generation + 1)
    with pytest.raises(table.client.exceptions.ConditionalCheckFailedException):
        table.client.update_item(**parameters)
