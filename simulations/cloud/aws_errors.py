"""Errors as AWS's services word them, so that an SDK takes an injected one for theirs and does what it does then."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from microburst.protocols import render_error

from simulations.cloud.regions import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulations.cloud.targets import Target

HTTP_ENDPOINTS = frozenset({"execute-api"})
"""What is called over plain HTTP, by no SDK."""


class Said(NamedTuple):
    """An error's code and its HTTP status."""

    code: str
    status: int


# Each from the service's own list of errors, in its API reference.
UNAVAILABLE: Mapping[str, Said] = {
    "dynamodb": Said("InternalServerError", 500),
    "kms": Said("KMSInternalException", 500),
    "lambda": Said("ServiceException", 500),
    "s3": Said("InternalError", 500),
    "sns": Said("InternalError", 500),
}
THROTTLED: Mapping[str, Said] = {
    "dynamodb": Said("ProvisionedThroughputExceededException", 400),
    "lambda": Said("TooManyRequestsException", 429),
    "s3": Said("SlowDown", 503),
    "sns": Said("Throttled", 429),
    "sqs": Said("RequestThrottled", 403),
}
QUERY_ERROR = "x-amzn-query-error"
ELSE_UNAVAILABLE = Said("ServiceUnavailable", 503)
ELSE_THROTTLED = Said("ThrottlingException", 400)
NO_QUORUM = Said("InternalServerError", 500)
"""What DynamoDB says where something fails inside. AWS names no other error for a Region without a quorum."""
HTTP_SAID: Mapping[Outcome, tuple[HTTPStatus, str]] = {
    Outcome.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable"),
    Outcome.THROTTLED: (HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests"),
}


class ErrorAnswer(NamedTuple):
    """An answer ready to be sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def load(services: Iterable[str]) -> None:
    """Have the models of these services ready: reading one takes a third of a second, in which no call would pass."""
    for service in services:
        worded(ELSE_UNAVAILABLE, service, {})


def service_error(outcome: Outcome, target: Target, request: Mapping[str, str]) -> ErrorAnswer:
    """What a service says that is unavailable or throttles. `request`: the headers of what it answers."""
    if target.service in HTTP_ENDPOINTS:
        status, message = HTTP_SAID[outcome]
        return ErrorAnswer(status, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode())
    if outcome is Outcome.THROTTLED:
        return worded(THROTTLED.get(target.service, ELSE_THROTTLED), target.service, request)
    return worded(UNAVAILABLE.get(target.service, ELSE_UNAVAILABLE), target.service, request)


def worded(said: Said, service: str, request: Mapping[str, str]) -> ErrorAnswer:
    """An error in the service's own protocol."""
    status, headers, body = render_error(service, said.code, status=said.status, request_ct=request.get("content-type"))
    # microburst 0.10 puts SQS's namespace before every code there; AWS does so for some, and these are not among them.
    return ErrorAnswer(status, {name: value for name, value in headers.items() if name != QUERY_ERROR}, body)
