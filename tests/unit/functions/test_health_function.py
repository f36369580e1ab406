"""The function `health`, as anyone may call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lambdas.core.documents import JsonValue
from lambdas.core.health import CheckName, CheckResult, CheckState, RegionHealth
from lambdas.functions.health import handler as health
from lambdas.service.check_health import CheckHealth
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


def _handle(checks: Checks) -> dict[str, JsonValue]:
    return health.handle(EVENT, None, lambda: CheckHealth(checks, "eu-west-1"))


def test_200_and_every_check_when_all_is_well() -> None:
    response = _handle(Checks())
    assert response["statusCode"] == 200
    assert response["headers"] == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    document = body_of(response)
    assert (document["region"], document["status"]) == ("eu-west-1", "healthy")
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
    assert (logged["status"], logged["impaired"]) == ("unhealthy", ("ledger",))


def test_the_one_form_of_error_is_given_when_the_function_is_not_set_up() -> None:
    def broken() -> CheckHealth:
        raise RuntimeError("a secret of the hub")

    response = health.handle(EVENT, None, broken)
    assert error_of(response) == (500, "INTERNAL_ERROR")
    assert "secret" not in str(response["body"])


def test_another_regions_word_is_passed_on_when_that_is_what_the_source_gives() -> None:
    response = health.handle(EVENT, None, lambda: lambda: RegionHealth("eu-west-2", {}))
    assert (response["statusCode"], body_of(response)["region"]) == (503, "eu-west-2")
