"""The function `health`, as anyone may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from lambdas.core.documents import JsonValue
from lambdas.core.health import CheckName, CheckResult, CheckState
from lambdas.core.readiness import Standing
from lambdas.functions.health import handler as health
from lambdas.service.check_health import CheckHealth
from lambdas.service.read_health import ReadHealth
from tests.unit.adapters.test_openapi import conforms
from tests.unit.functions.events import body_of, error_of

OK = CheckResult(CheckState.OK, 3)
EVENT: dict[str, JsonValue] = {
    "httpMethod": "GET",
    "resource": "/health",
    # No authorizer: nobody is asked who he is.
    "requestContext": {"requestId": "7f6c2d9e-2b7a-4f0e-9b55-3c0f6a7d1e22"},
}


@dataclass
class Checks:
    """Checks that end as they are told."""

    results: Mapping[CheckName, CheckResult] = field(default_factory=lambda: dict.fromkeys(CheckName, OK))

    def run(self) -> Mapping[CheckName, CheckResult]:
        return self.results


@dataclass
class Known:
    """A standing that is known, or not."""

    standing: Standing = Standing.ACTIVE

    def begin(self) -> Callable[[], Standing]:
        return lambda: self.standing


def _handle(checks: Checks, standing: Standing = Standing.ACTIVE) -> dict[str, JsonValue]:
    return health.handle(EVENT, None, lambda: ReadHealth(CheckHealth(checks, "eu-west-1"), Known(standing)))


def test_200_and_every_check_when_all_is_well() -> None:
    response = _handle(Checks())
    assert response["statusCode"] == 200
    assert response["headers"] == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    document = body_of(response)
    assert (document["region"], document["status"], document["leadership"]) == ("eu-west-1", "healthy", "active")
    assert document["checks"] == {
        name: {"state": "ok", "duration_ms": 3, "error": None} for name in ("queue", "store", "table", "ledger", "keys")
    }
    assert conforms(document, "Health") == []


@pytest.mark.parametrize(
    "result", [CheckResult(CheckState.FAILED, 3, "AccessDenied"), CheckResult(CheckState.LATE, 3_000)]
)
def test_503_and_which_check_when_one_is_not_well(result: CheckResult, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    response = _handle(Checks(dict.fromkeys(CheckName, OK) | {CheckName.LEDGER: result}))
    assert response["statusCode"] == 503
    document = body_of(response)
    assert document["status"] == "unhealthy"
    assert conforms(document, "Health") == []
    checks = document["checks"]
    assert isinstance(checks, dict)
    assert checks["ledger"] == result.document()
    logged = vars(caplog.records[-1])
    assert (logged["status"], logged["impaired"], logged["leadership"]) == ("unhealthy", ("ledger",), "active")


def test_503_while_all_is_well_when_the_region_was_taken_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    response = _handle(Checks(), Standing.LOST)
    assert response["statusCode"] == 503
    document = body_of(response)
    assert (document["status"], document["leadership"]) == ("unhealthy", "lost")
    checks = document["checks"]
    assert isinstance(checks, dict)
    assert {check["state"] for check in checks.values() if isinstance(check, dict)} == {"ok"}
    assert conforms(document, "Health") == []
    assert vars(caplog.records[-1])["leadership"] == "lost"


def test_the_checks_decide_when_the_standing_is_not_known() -> None:
    response = _handle(Checks(), Standing.UNKNOWN)
    assert (response["statusCode"], body_of(response)["leadership"]) == (200, "unknown")
    assert conforms(body_of(response), "Health") == []
    assert _handle(Checks({}), Standing.UNKNOWN)["statusCode"] == 503


def test_the_one_form_of_error_is_given_when_the_function_is_not_set_up() -> None:
    def broken() -> ReadHealth:
        raise RuntimeError("a secret of the hub")

    response = health.handle(EVENT, None, broken)
    assert error_of(response) == (500, "INTERNAL_ERROR")
    assert "secret" not in str(response["body"])
