"""A Region tells anyone whether it can carry payments; what cannot be reached is named, within five seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from simulations.cloud.postgres import ADMIN, ledger_parameters
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import await_truth

CHECKS = {"queue", "store", "table", "ledger", "keys"}
SERVICES = {"queue": "sqs", "store": "s3", "table": "dynamodb", "keys": "kms"}
BUDGET_SECONDS = 5.0
HANGS_MS = 30_000.0


@pytest.fixture(scope="module", autouse=True)
def _nobody_else_asks(hub: Hub) -> Iterator[None]:
    """A check that hangs is late in that worker for as long as it hangs: nobody else's question may start another."""
    route53 = hub.aws("route53", REGIONS[0])
    checks = [each["Id"] for each in route53.list_health_checks()["HealthChecks"]]
    for each in checks:
        route53.update_health_check(HealthCheckId=each, Disabled=True)
    yield
    for each in checks:
        route53.update_health_check(HealthCheckId=each, Disabled=False)


def asked(hub: Hub, region: str) -> httpx.Response:
    """Without a token: nobody is asked who he is."""
    return hub.http.get(f"{hub.client(region).endpoint.api}/health")


def health(hub: Hub, region: str) -> dict[str, Any]:
    response = asked(hub, region)
    document: dict[str, Any] = response.json()
    assert set(document) == {"region", "status", "leadership", "checks"}
    assert document["region"] == region
    assert set(document["checks"]) == CHECKS
    well = all(check["state"] == "ok" for check in document["checks"].values())
    assert (response.status_code, document["status"]) == ((200, "healthy") if well else (503, "unhealthy"))
    return document


def states(document: dict[str, Any]) -> dict[str, str]:
    return {name: check["state"] for name, check in document["checks"].items()}


def is_well(hub: Hub, region: str) -> bool:
    return asked(hub, region).status_code == httpx.codes.OK


@contextmanager
def faulty(hub: Hub, **fault: object) -> Iterator[None]:
    faults = f"{hub.status['aws_endpoint']}/_twinrail/faults"
    hub.http.post(faults, json=fault).raise_for_status()
    try:
        yield
    finally:
        hub.http.delete(faults).raise_for_status()


def test_every_check_is_ok_when_all_is_well(hub: Hub, region: str) -> None:
    document = health(hub, region)
    assert states(document) == dict.fromkeys(CHECKS, "ok")
    assert {check["error"] for check in document["checks"].values()} == {None}
    assert all(0 <= check["duration_ms"] < BUDGET_SECONDS * 1000 for check in document["checks"].values())


@pytest.mark.parametrize("check", SERVICES)
@pytest.mark.parametrize(
    ("fault", "state"),
    [({"kind": "unreachable"}, "failed"), ({"kind": "slow", "latency_ms": HANGS_MS}, "late")],
    ids=["refuses", "hangs"],
)
def test_the_check_is_named_in_time_and_the_other_region_is_well_when_a_service_is_away(
    hub: Hub, region: str, check: str, fault: dict[str, object], state: str
) -> None:
    # A connection that was up stays up; and what still hangs of an earlier test is over.
    for each in REGIONS:
        await_truth(partial(is_well, hub, each))
    with faulty(hub, region=region, services=[SERVICES[check]], **fault):
        # What hangs is called late by who does not wait for it.
        document = health(hub, region)
        assert states(document) == dict.fromkeys(CHECKS, "ok") | {check: state}
        assert (document["checks"][check]["error"] is None) is (state == "late")
        others = [each for each in REGIONS if each != region]
        assert all(is_well(hub, each) for each in others)
    await_truth(lambda: is_well(hub, region))


def test_everything_is_named_when_the_region_is_cut_off(hub: Hub, region: str) -> None:
    await_truth(lambda: is_well(hub, region))
    with faulty(hub, region=region, kind="unreachable", services=list(SERVICES.values())):
        assert states(health(hub, region)) == dict.fromkeys(SERVICES, "failed") | {"ledger": "ok"}
    await_truth(lambda: is_well(hub, region))


def test_the_ledger_is_named_when_it_lets_nobody_in(hub: Hub, region: str) -> None:
    await_truth(lambda: is_well(hub, region))
    with locked_out(hub):
        document = health(hub, region)
    assert states(document) == dict.fromkeys(CHECKS, "ok") | {"ledger": "failed"}
    assert document["checks"]["ledger"]["error"] == "LedgerUnavailable"
    await_truth(lambda: is_well(hub, region))


@contextmanager
def locked_out(hub: Hub) -> Iterator[None]:
    """The ledger's database is no Region's, and behind no gate: its observer is refused there, and cut off."""
    with psycopg.connect(make_conninfo("", **ledger_parameters(hub.ledger_port, ADMIN)), autocommit=True) as admin:
        admin.execute("ALTER ROLE twinrail_observer NOLOGIN")
        try:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'twinrail_observer'")
            yield
        finally:
            admin.execute("ALTER ROLE twinrail_observer LOGIN")
