"""A small environment brought up in a real emulator, looked at, and taken down."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from simulations.cloud import deployment, running
from simulations.cloud.errors import CloudBusyError, EmulatorError, EngineError, UnknownEnvironmentError
from simulations.cloud.progress import Action, Counts, Event
from simulations.cloud.realisers.base import Cloud
from simulations.cloud.running import NotRunningError
from tests.simulation.cloud.projects import make_project, write_program

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("deployment")]

PROGRAM = """
queue = aws.sqs.Queue("queue", name="first", opts=there)
aws.wafv2.WebAcl("acl", scope="REGIONAL", default_action={}, visibility_config={
    "cloudwatch_metrics_enabled": False, "metric_name": "m", "sampled_requests_enabled": False}, opts=there)
pulumi.export("region", "eu-west-1")
pulumi.export("api_url", "http://127.0.0.1/api/")
pulumi.export("client_id", "me")
pulumi.export("client_secret_arn", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:me")
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    make_project(tmp_path, PROGRAM)
    yield tmp_path
    running.down(home=home_of(tmp_path))


def home_of(root: Path) -> Path:
    return root / ".twinrail"


def anything_runs(root: Path) -> bool:
    return any(
        str(root) in part
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        for part in process.info["cmdline"] or ()
    )


def test_an_environment_runs_until_it_is_taken_down_when_it_is_brought_up(root: Path) -> None:
    events: list[Event] = []
    first = deployment.up("dev", root=root, home=home_of(root), progress=events.append)
    assert first.counts == Counts(created=2)
    assert first.realised == {"aws:sqs/queue:Queue": 1}
    assert first.modelled == {"aws:wafv2/webAcl:WebAcl": 1}
    assert {event.expected for event in events} == {2}
    assert [event.action for event in events if event.name == "queue"] == [Action.STARTED, Action.CREATED]

    second = deployment.up("dev", root=root, home=home_of(root))
    assert second.nothing_changed
    assert second.endpoint == first.endpoint

    # No account's key: such calls belong to the account that the environment is deployed to.
    queues = Cloud(first.endpoint, "111122223333", "eu-west-1").call("sqs", "list_queues")["QueueUrls"]
    assert queues == [f"{first.endpoint}/111122223333/first"]

    assert running.status(home=home_of(root)).document() == {
        "environment": "dev",
        "engine": "embedded",
        # This project exports no names.
        "global_name": "",
        "regions": {
            "eu-west-1": {
                "state": "healthy",
                "api": "http://127.0.0.1/api",
                "auth": f"{first.endpoint}/_twinrail/auth/eu-west-1",
                "client_id": "me",
                "client_secret_arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:me",
            }
        },
        "aws_endpoint": first.endpoint,
        "resources": {"realised": 1, "modelled": 1},
    }
    with pytest.raises(EmulatorError, match="leave --port out"):
        deployment.up("dev", port=1, root=root, home=home_of(root))
    # What runs cannot begin to refuse: everything would be there already, made and called without it.
    with pytest.raises(EmulatorError, match="leave --enforce-iam out"):
        deployment.up("dev", enforce_iam=True, root=root, home=home_of(root))

    (root / "stacks" / "environments" / "prod.yaml").write_text("environment: prod\n")
    (root / "stacks" / "Pulumi.prod-foundation.yaml").write_text("config:\n  small:environment: prod\n")
    with pytest.raises(EmulatorError, match="the environment dev runs here"):
        deployment.up("prod", root=root, home=home_of(root))

    stopped = running.down(home=home_of(root))
    assert stopped is not None
    assert stopped.endpoint == first.endpoint
    assert not anything_runs(root)
    with pytest.raises(NotRunningError, match="twinrail up"):
        running.status(home=home_of(root))


def test_nothing_is_left_running_when_the_first_deployment_fails(root: Path) -> None:
    write_program(root, PROGRAM + "if not pulumi.runtime.is_dry_run(): raise ValueError('not today')\n")
    with pytest.raises(EngineError, match="not today"):
        deployment.up("dev", root=root, home=home_of(root))
    assert not anything_runs(root)
    with pytest.raises(NotRunningError):
        running.status(home=home_of(root))


def test_the_cloud_runs_on_and_the_next_up_continues_when_a_later_deployment_fails(root: Path) -> None:
    deployment.up("dev", root=root, home=home_of(root))
    write_program(root, PROGRAM + "if not pulumi.runtime.is_dry_run(): raise ValueError('not today')\n")
    with pytest.raises(EngineError, match="not today"):
        deployment.up("dev", root=root, home=home_of(root))
    write_program(root, PROGRAM)
    assert deployment.up("dev", root=root, home=home_of(root)).counts == Counts(unchanged=2)


def test_nothing_is_started_when_the_environment_is_unknown(root: Path) -> None:
    with pytest.raises(UnknownEnvironmentError, match="known: dev"):
        deployment.up("staging", root=root, home=home_of(root))
    assert not anything_runs(root)


def test_nothing_is_started_when_another_up_is_at_work(root: Path) -> None:
    (root / ".twinrail").mkdir()
    with (root / ".twinrail" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CloudBusyError):
            deployment.up("dev", root=root, home=home_of(root))
    assert not anything_runs(root)


def test_down_finds_nothing_when_nothing_runs(root: Path) -> None:
    assert running.down(home=home_of(root)) is None


def test_nothing_is_left_when_a_temporary_environment_ends(root: Path) -> None:
    with deployment.temporary("dev", root=root) as (deployed, status):
        assert deployed.counts == Counts(created=2)
        process = psutil.Process(emulator_pid(status.aws_endpoint))
    assert not process.is_running()


def emulator_pid(endpoint: str) -> int:
    return int(httpx.get(f"{endpoint}/_twinrail/health", trust_env=False).json()["pid"])
