"""Events as API Gateway and SQS hand them to functions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.core.documents import JsonValue
from tests.unit.service.fakes import PARTICIPANT, TRANSACTION_ID

CLIENT_ID = "3n4b5urk1ft4fl3mg5e62d9ado"
OTHER_CLIENT_ID = "6rttqpv6ejuq48bjh1eqf8cne2"
API_CLIENTS = {CLIENT_ID: PARTICIPANT, OTHER_CLIENT_ID: "participant-b"}
REQUEST_ID = "7f6c2d9e-2b7a-4f0e-9b55-3c0f6a7d1e22"


def api_event(
    route: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    base64_encoded: bool = False,
    path_parameters: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> dict[str, JsonValue]:
    """A proxy event, payload format 1.0; claims: of the client's token, by default of the client of the tests."""
    method, _, resource = route.partition(" ")
    return {
        "httpMethod": method,
        "resource": resource,
        "headers": dict(headers) if headers else None,
        "pathParameters": dict(path_parameters) if path_parameters else None,
        "requestContext": {
            "requestId": REQUEST_ID,
            "authorizer": {"claims": {"client_id": CLIENT_ID} if claims is None else dict(claims)},
        },
        "body": body,
        "isBase64Encoded": base64_encoded,
    }


def sqs_event(*bodies: str, groups: Sequence[str] = (), receive_count: int = 1) -> dict[str, JsonValue]:
    """A batch; message ids are m0, m1, ...; groups: a message group for each, by default one group for all."""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": f"r{index}",
                "body": body,
                "attributes": {
                    "MessageGroupId": groups[index] if groups else TRANSACTION_ID,
                    "ApproximateReceiveCount": str(receive_count),
                    "ApproximateFirstReceiveTimestamp": "1793700930123",
                },
                "eventSource": "aws:sqs",
            }
            for index, body in enumerate(bodies)
        ]
    }


def body_of(response: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The JSON object that a response holds."""
    body = response["body"]
    assert isinstance(body, str)
    document: dict[str, JsonValue] = json.loads(body)
    return document


def error_of(response: Mapping[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    """Status and code of an error answer, whose form is checked."""
    document = body_of(response)
    error = document["error"]
    assert isinstance(error, dict)
    assert set(document) == {"error", "request_id"}
    assert set(error) == {"code", "message", "details"}
    assert document["request_id"] == REQUEST_ID
    return response["statusCode"], error["code"]


@dataclass
class FakeFailures:
    """What failed for good, and what was to come again soon, by message id."""

    deliveries: int = 5
    broken: bool = False
    buried: list[tuple[str, str]] = field(default_factory=list)
    delayed: list[str] = field(default_factory=list)

    def exhausted(self, record: SQSRecord) -> bool:
        return int(record.attributes.approximate_receive_count) >= self.deliveries

    def bury(self, record: SQSRecord, error: Exception) -> None:
        if self.broken:
            raise ConnectionError
        self.buried.append((record.message_id, type(error).__name__))

    def delay(self, records: Sequence[SQSRecord]) -> None:
        if self.broken:
            raise ConnectionError
        self.delayed += [record.message_id for record in records]


@dataclass
class FakeInvocation:
    """An invocation with that much time left; each look at it takes some."""

    left_ms: int = 60_000
    look_ms: int = 0

    def get_remaining_time_in_millis(self) -> int:
        left, self.left_ms = self.left_ms, self.left_ms - self.look_ms
        return left
