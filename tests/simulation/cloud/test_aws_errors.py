"""Injected errors, read by the SDK's own parsers: it takes them for the service's."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.parsers import create_parser

from simulations.cloud.aws_errors import service_error
from simulations.cloud.regions import Outcome
from simulations.cloud.targets import Target

THROTTLED = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "kms": "ThrottlingException",
    "lambda": "TooManyRequestsException",
    "s3": "SlowDown",
    "secretsmanager": "ThrottlingException",
    "sns": "Throttled",
    "sqs": "RequestThrottled",
}
UNAVAILABLE = {
    "dynamodb": "InternalServerError",
    "kms": "KMSInternalException",
    "lambda": "ServiceException",
    "s3": "InternalError",
    "secretsmanager": "ServiceUnavailable",
    "sns": "InternalError",
    "sqs": "ServiceUnavailable",
}
OPERATIONS = {
    "dynamodb": "GetItem",
    "kms": "Decrypt",
    "lambda": "Invoke",
    "s3": "PutObject",
    "secretsmanager": "GetSecretValue",
    "sns": "Publish",
    "sqs": "SendMessage",
}


def parsed(service: str, outcome: Outcome) -> tuple[str, int]:
    """Code and status as botocore reads them."""
    status, headers, body = service_error(outcome, Target("eu-west-1", service, None), {})
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(OPERATIONS[service]).output_shape
    assert shape is not None
    given = {"status_code": status, "headers": {name.lower(): value for name, value in headers.items()}, "body": body}
    read = create_parser(model.protocol).parse(given, shape)
    return str(read["Error"]["Code"]), status


@pytest.mark.parametrize(("service", "code"), THROTTLED.items())
def test_the_sdk_reads_the_services_own_throttling_when_it_is_injected(service: str, code: str) -> None:
    assert parsed(service, Outcome.THROTTLED)[0] == code


@pytest.mark.parametrize(("service", "code"), UNAVAILABLE.items())
def test_the_sdk_reads_a_failure_on_the_services_side_when_it_is_injected(service: str, code: str) -> None:
    found, status = parsed(service, Outcome.UNAVAILABLE)
    assert found == code
    assert status >= 500


@pytest.mark.parametrize(
    ("outcome", "status", "message"),
    [(Outcome.UNAVAILABLE, 503, b"Service Unavailable"), (Outcome.THROTTLED, 429, b"Too Many Requests")],
)
def test_an_api_answers_plainly_when_it_fails(outcome: Outcome, status: int, message: bytes) -> None:
    error = service_error(outcome, Target("eu-west-1", "execute-api", "GET /health"), {})
    assert error.status == status
    assert message in error.body
