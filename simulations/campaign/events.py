"""Events as API Gateway (proxy integration, format 1.0) and SQS hand them to functions, and what functions answer."""

from __future__ import annotations

import base64
import json
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

XML = "application/xml"


def open_transaction(client_id: str) -> dict[str, Any]:
    """POST /transactions."""
    return _event("POST", "/transactions", client_id)


def ask_health() -> dict[str, Any]:
    """GET /health, for which nobody needs to be anybody."""
    event = _event("GET", "/health", "")
    return {**event, "requestContext": {"requestId": event["requestContext"]["requestId"]}}


def submit(client_id: str, transaction_id: str, body: bytes, consistency: str) -> dict[str, Any]:
    """POST /messages."""
    headers = {"X-Transaction-Id": transaction_id, "Content-Type": XML, "X-Consistency": consistency}
    return _event("POST", "/messages", client_id, headers, body)


def read_answer(client_id: str, transaction_id: str) -> dict[str, Any]:
    """GET /messages."""
    return _event("GET", "/messages", client_id, {"X-Transaction-Id": transaction_id, "Accept": XML})


def read_transaction(client_id: str, transaction_id: str) -> dict[str, Any]:
    """GET /transactions/{id}."""
    return {
        **_event("GET", "/transactions/{id}", client_id),
        "pathParameters": {"id": transaction_id},
    }


def _event(
    method: str, resource: str, client_id: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "resource": resource,
        "headers": headers,
        "pathParameters": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "authorizer": {"claims": {"client_id": client_id}},
        },
        "body": None if body is None else base64.b64encode(body).decode("ascii"),
        "isBase64Encoded": body is not None,
    }


def tick(*shards: str, fan_out: bool = False) -> dict[str, Any]:
    """A tick for lists of open transactions, from the queue of ticks."""
    body = json.dumps({"shards": list(shards), "after": None, "fan_out": fan_out})
    attributes = {"ApproximateReceiveCount": "1", "ApproximateFirstReceiveTimestamp": "0"}
    return {"Records": [{"messageId": "tick", "receiptHandle": "tick", "body": body, "attributes": attributes}]}


def subjects_in(records: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Transaction and epoch of the messages that name both."""
    for record in records:
        body = str(record["body"])
        document = json.loads(body) if body.startswith("{") else {}
        if "epoch" in document:
            yield str(document["transaction_id"]), int(document["epoch"])


def failures_in(response: Mapping[str, Any]) -> frozenset[str]:
    """The messages that a function returned to their queue, by message id."""
    return frozenset(str(each["itemIdentifier"]) for each in response["batchItemFailures"])


def document_in(response: Mapping[str, Any], expected: int) -> dict[str, Any] | None:
    """The JSON document that a client gets, None where the status is not the expected one."""
    if response["statusCode"] != expected:
        return None
    document: dict[str, Any] = json.loads(str(response["body"]))
    return document
