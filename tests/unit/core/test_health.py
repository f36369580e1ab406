"""What the checks of a Region amount to."""

import json

import pytest

from lambdas.core.documents import Fields, MalformedDocument
from lambdas.core.health import CheckName, CheckResult, CheckState, HealthStatus, RegionHealth

OK = CheckResult(CheckState.OK, 3)
ALL_WELL = dict.fromkeys(CheckName, OK)


def test_a_region_is_healthy_when_every_check_is_ok() -> None:
    health = RegionHealth("eu-west-1", ALL_WELL)
    assert (health.status, health.impaired) == (HealthStatus.HEALTHY, ())


@pytest.mark.parametrize("name", CheckName)
@pytest.mark.parametrize(
    "result", [CheckResult(CheckState.FAILED, 3, "AccessDenied"), CheckResult(CheckState.LATE, 3_000)]
)
def test_a_region_is_unhealthy_when_one_check_is_not_ok(name: CheckName, result: CheckResult) -> None:
    health = RegionHealth("eu-west-1", ALL_WELL | {name: result})
    assert (health.status, health.impaired) == (HealthStatus.UNHEALTHY, (name,))


def test_a_region_is_unhealthy_when_something_was_not_asked() -> None:
    assert RegionHealth("eu-west-1", {CheckName.QUEUE: OK}).status is HealthStatus.UNHEALTHY
    assert RegionHealth("eu-west-1", {}).impaired == tuple(CheckName)


def test_health_comes_back_whole_when_another_region_reads_it() -> None:
    failed = CheckResult(CheckState.FAILED, 12, "AccessDenied")
    health = RegionHealth("eu-west-2", ALL_WELL | {CheckName.KEYS: failed})
    assert RegionHealth.read(Fields.parse(json.dumps(health.document()), "health")) == health


def test_the_checks_are_believed_when_the_status_says_otherwise() -> None:
    document = RegionHealth("eu-west-2", {}).document() | {"status": "healthy"}
    assert RegionHealth.read(Fields(document, "health")).status is HealthStatus.UNHEALTHY


@pytest.mark.parametrize("check", [{}, {"state": "fine", "duration_ms": 1}, {"state": "ok", "duration_ms": "1"}])
def test_health_is_malformed_when_a_check_is(check: dict[str, str | int]) -> None:
    with pytest.raises(MalformedDocument, match=r"health\.checks\.queue"):
        RegionHealth.read(Fields({"region": "eu-west-2", "checks": {"queue": check}}, "health"))
