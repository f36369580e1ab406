"""What operators get to read, and what they never do."""

from __future__ import annotations

import io
import json
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from lambdas.adapters.api_gateway import ApiReply, ApiRequest, json_reply
from lambdas.adapters.api_server import serve
from lambdas.adapters.environment import IntakeSettings
from lambdas.adapters.logs import DiscreetFormatter
from lambdas.adapters.sqs_batch import BatchConsumer, of_transaction
from lambdas.core.messages import IncomingMessage
from lambdas.service.outcome import Outcome
from lambdas.service.record_incoming import IncomingOutcome
from tests.unit.functions.events import (
    API_CLIENTS,
    REQUEST_ID,
    FakeFailures,
    FakeInvocation,
    api_event,
    error_of,
    sqs_event,
)
from tests.unit.service.fakes import ENVELOPES, TRANSACTION_ID
from tests.unit.service.hub import message

PARTY = "Erika Mustermann DE89370400440532013000"
HEADERS = {"Authorization": "Bearer eyJhbGciOi", "X-Transaction-Id": TRANSACTION_ID}


class Log:
    """A logger whose lines can be read."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.logger = Logger(service=f"test-{uuid4()}", stream=self.stream, logger_formatter=DiscreetFormatter())

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


def _fail(request: ApiRequest) -> ApiReply:
    raise ValueError(f"cannot read {request.body.decode()} {request.headers['authorization']}")


def test_one_line_says_what_was_answered_when_a_request_is_served() -> None:
    log = Log()
    serve(
        api_event("POST /messages", headers=HEADERS, body=PARTY),
        log.logger,
        lambda: API_CLIENTS,
        {"POST /messages": lambda _: json_reply(202, {}, transaction_id=TRANSACTION_ID)},
    )
    [line] = log.lines
    assert line["transaction_id"] == TRANSACTION_ID
    assert line["request_id"] == REQUEST_ID
    assert line["status_code"] == 202
    assert line["route"] == "POST /messages"


def test_neither_body_nor_token_is_logged_when_a_request_fails() -> None:
    log = Log()
    event = api_event("POST /messages", headers=HEADERS, body=PARTY)
    serve(event, log.logger, lambda: API_CLIENTS, {"POST /messages": _fail})
    written = log.stream.getvalue()
    assert "ValueError at test_logs.py" in written
    for secret in (*PARTY.split(), "eyJhbGciOi", "Bearer"):
        assert secret not in written


def test_code_and_operation_are_logged_when_aws_refuses() -> None:
    def refused(_: ApiRequest) -> ApiReply:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": PARTY}}, "SendMessage")

    log = Log()
    serve(api_event("POST /messages"), log.logger, lambda: API_CLIENTS, {"POST /messages": refused})
    assert "ClientError (SendMessage AccessDenied)" in log.stream.getvalue()
    assert "Erika" not in log.stream.getvalue()


def test_the_variable_is_named_when_the_function_is_not_set_up() -> None:
    environment = {"AWS_REGION": "eu-west-1", "POWERTOOLS_SERVICE_NAME": "intake"}
    log = Log()
    response = serve(api_event("POST /messages"), log.logger, lambda: IntakeSettings.read(environment).api_clients, {})
    assert error_of(response) == (500, "INTERNAL_ERROR")
    assert "API_CLIENTS" in log.stream.getvalue()


def test_the_client_is_logged_without_its_token_when_it_is_not_registered() -> None:
    log = Log()
    event = api_event("POST /messages", headers=HEADERS, body=PARTY, claims={"client_id": "stranger", "jti": "a-claim"})
    serve(event, log.logger, lambda: API_CLIENTS, {"POST /messages": _fail})
    [line] = log.lines
    assert (line["status_code"], line["error_code"], line["client_id"]) == (403, "ACCESS_DENIED", "stranger")
    for secret in (*PARTY.split(), "eyJhbGciOi", "Bearer", "a-claim"):
        assert secret not in log.stream.getvalue()


def _read(text: str) -> IncomingMessage:
    return IncomingMessage.from_json(text, ENVELOPES.open)


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (IncomingOutcome.RECORDED, "INFO"), (IncomingOutcome.REPEATED, "INFO"), (IncomingOutcome.FENCED, "WARNING"),
        (IncomingOutcome.REFUSED_FOREIGN, "WARNING"), (IncomingOutcome.REFUSED_SECOND, "WARNING"),
    ],
)  # fmt: skip
def test_one_line_says_what_became_of_it_when_a_record_is_done(outcome: Outcome, level: str) -> None:
    log = Log()
    BatchConsumer(log.logger, _read, lambda _: outcome, FakeFailures, of_transaction).consume(
        sqs_event(message(PARTY.encode()).to_json(ENVELOPES.seal)), FakeInvocation()
    )
    [line] = log.lines
    assert (line["level"], line["outcome"]) == (level, outcome)
    assert line["transaction_id"] == TRANSACTION_ID


def test_no_payload_is_logged_when_a_record_fails() -> None:
    def fail(failing: IncomingMessage) -> Outcome:
        raise ValueError(failing.body.decode())

    log = Log()
    BatchConsumer(log.logger, _read, fail, FakeFailures, of_transaction).consume(
        sqs_event(message(PARTY.encode()).to_json(ENVELOPES.seal)), FakeInvocation()
    )
    failed, returned = log.lines
    assert failed["transaction_id"] == TRANSACTION_ID
    assert failed["exception_name"] == "ValueError"
    assert returned["returned"] == 1
    assert "Erika" not in log.stream.getvalue()


def test_a_line_is_logged_when_a_batch_is_empty() -> None:
    log = Log()
    BatchConsumer(log.logger, _read, lambda _: IncomingOutcome.RECORDED, FakeFailures, of_transaction).consume(
        {"Records": []}, FakeInvocation()
    )
    assert len(log.lines) == 1
