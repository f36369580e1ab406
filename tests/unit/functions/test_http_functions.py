"""transaction, intake and outgoing, by the events that API Gateway sends them."""

from __future__ import annotations

import base64
import json

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.core.documents import JsonValue
from lambdas.core.durability import Consistency
from lambdas.core.lifecycle import FailoverChoice
from lambdas.core.messages import IncomingMessage
from lambdas.functions.intake import handler as intake
from lambdas.functions.outgoing import handler as outgoing
from lambdas.functions.transaction import handler as transaction
from lambdas.service.accept_message import AcceptMessage
from lambdas.service.open_transaction import OpenTransaction
from lambdas.service.read_answer import ReadAnswer
from lambdas.service.read_transaction import ReadTransaction
from tests.unit.functions.events import (
    API_CLIENTS,
    CLIENT_ID,
    OTHER_CLIENT_ID,
    api_event,
    body_of,
    error_of,
)
from tests.unit.service.fakes import (
    ENVELOPES,
    OTHER_REGION,
    PARTICIPANT,
    REGION,
    TRANSACTION_ID,
    FakeCodec,
    FakeQueue,
    FakeTransactions,
    ListedIds,
    TickingClock,
    opened,
)
from tests.unit.service.hub import Hub, message

MALFORMED_IDS = [
    "",
    "x",
    TRANSACTION_ID.upper(),
    "0b7f1c52-8a3d-1e6f-9b21-5d4c3b2a1908",
    TRANSACTION_ID + "&Action=Purge",
]
XML = {"X-Transaction-Id": TRANSACTION_ID, "Content-Type": "application/xml"}


def _transaction(store: FakeTransactions, event: dict[str, JsonValue], *ids: str) -> dict[str, JsonValue]:
    opening = _opening(store, *ids)
    return transaction.handle(event, None, lambda: (opening, ReadTransaction(store)), lambda: API_CLIENTS)


def _opening(store: FakeTransactions, *ids: str) -> OpenTransaction:
    return OpenTransaction(store, TickingClock(), ListedIds(list(ids or [TRANSACTION_ID])), REGION, 60)


def _send(queue: FakeQueue, event: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return intake.handle(event, None, lambda: AcceptMessage(queue, ENVELOPES), lambda: API_CLIENTS)


def _answer(hub: Hub, headers: dict[str, str], client_id: str = CLIENT_ID) -> dict[str, JsonValue]:
    event = api_event("GET /messages", headers=headers, claims={"client_id": client_id})
    use_case = ReadAnswer(hub.transactions, hub.payloads)
    return outgoing.handle(event, None, lambda: (use_case, FakeCodec()), lambda: API_CLIENTS)


def _ended(body: bytes = b"good bad") -> Hub:
    hub = Hub()
    hub.open()
    hub.incoming(message(body))
    hub.process()
    hub.release()
    return hub


def test_a_transaction_is_opened_when_a_client_asks() -> None:
    response = _transaction(FakeTransactions(), api_event("POST /transactions"))
    assert response["statusCode"] == 200
    assert body_of(response) == {
        "transaction_id": TRANSACTION_ID, "status": "ACCP", "region": REGION, "deadline": "2026-11-03T10:16:31.123Z",
    }  # fmt: skip


@pytest.mark.parametrize("choice", FailoverChoice)
def test_the_choice_is_on_record_when_the_header_makes_it(choice: FailoverChoice) -> None:
    store = FakeTransactions()
    _transaction(store, api_event("POST /transactions", headers={"x-on-FAILOVER": choice}))
    assert store.items[TRANSACTION_ID].on_failover is choice


@pytest.mark.parametrize("choice", ["Cancel", "", "both"])
def test_no_transaction_is_opened_when_the_choice_is_unknown(choice: str) -> None:
    store = FakeTransactions()
    response = _transaction(store, api_event("POST /transactions", headers={"X-On-Failover": choice}))
    assert error_of(response) == (400, "INVALID_ON_FAILOVER")
    assert store.items == {}


def test_the_client_may_try_again_when_three_ids_are_taken() -> None:
    store = FakeTransactions()
    store.items[TRANSACTION_ID] = opened(participant="participant-b")
    response = _transaction(store, api_event("POST /transactions"), *[TRANSACTION_ID] * 3)
    assert error_of(response) == (503, "SERVICE_UNAVAILABLE")


def test_everything_about_it_is_shown_when_a_client_reads_its_transaction() -> None:
    hub = _ended()
    hub.incoming(message(b"another"))
    event = api_event("GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID})
    document = body_of(_transaction(hub.transactions, event))
    assert document["status"] == "ACSC"
    assert document["reason"] is None
    assert document["owner_region"] == REGION
    history, payments, refused = document["history"], document["payments"], document["refused_messages"]
    assert isinstance(history, list)
    assert [entry["status"] for entry in history] == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert set(history[0]) == {"status", "reason", "at", "region"}
    assert isinstance(payments, list)
    assert [payment["status"] for payment in payments] == ["ACSC", "RJCT"]
    assert set(payments[0]) == {"end_to_end_id", "uetr", "status", "reason"}
    assert isinstance(refused, list)
    assert len(refused) == 1
    shown = document["message"]
    assert isinstance(shown, dict)
    assert shown["definition"] == "pacs.008.001.08"


def test_what_is_the_hubs_own_is_not_shown_when_a_client_reads_its_transaction() -> None:
    event = api_event("GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID})
    response = _transaction(_ended().transactions, event)
    assert not {"participant", "epoch"} & set(body_of(response))
    assert "incoming/" not in str(response["body"])
    assert "outgoing/" not in str(response["body"])


@pytest.mark.parametrize("malformed", MALFORMED_IDS)
def test_a_malformed_id_is_refused_when_a_client_reads_or_sends(malformed: str) -> None:
    read = api_event("GET /transactions/{id}", path_parameters={"id": malformed})
    assert error_of(_transaction(FakeTransactions(), read)) == (400, "INVALID_TRANSACTION_ID")
    headers = XML | {"X-Transaction-Id": malformed}
    queue = FakeQueue()
    assert error_of(_send(queue, api_event("POST /messages", headers=headers, body="<x/>"))) == (
        400, "INVALID_TRANSACTION_ID",
    )  # fmt: skip
    assert queue.sent == []
    assert error_of(_answer(Hub(), headers)) == (400, "INVALID_TRANSACTION_ID")


def test_what_was_sent_is_not_repeated_when_an_id_is_malformed() -> None:
    response = _answer(Hub(), {"X-Transaction-Id": "<script>"})
    assert "script" not in str(response["body"])
    assert "UUID" in str(response["body"])


def test_another_clients_transaction_looks_unknown_when_it_is_read() -> None:
    hub = _ended()
    event = api_event(
        "GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID}, claims={"client_id": OTHER_CLIENT_ID}
    )
    assert error_of(_transaction(hub.transactions, event)) == (404, "NOT_FOUND")
    foreign = _answer(hub, XML, client_id=OTHER_CLIENT_ID)
    unknown = _answer(Hub(), XML)
    assert error_of(foreign) == (404, "NOT_FOUND")
    assert foreign == unknown


@pytest.mark.parametrize("claims", [{}, {"client_id": ""}, {"sub": CLIENT_ID}])
def test_nobody_is_served_when_the_token_names_no_client(claims: dict[str, str]) -> None:
    store, queue = FakeTransactions(), FakeQueue()
    assert error_of(_transaction(store, api_event("POST /transactions", claims=claims))) == (401, "UNAUTHORIZED")
    event = api_event("POST /messages", headers=XML, body="<x/>", claims=claims)
    assert error_of(_send(queue, event)) == (401, "UNAUTHORIZED")
    assert (store.items, queue.sent) == ({}, [])


@pytest.mark.parametrize("client_id", ["5k2rdmv4vrb6mlnbuob0ag4p2s", PARTICIPANT, CLIENT_ID.upper(), f"{CLIENT_ID} "])
def test_nobody_is_served_when_the_client_is_not_registered(client_id: str) -> None:
    hub, queue, claims = _ended(), FakeQueue(), {"client_id": client_id}
    before = dict(hub.transactions.items)
    sent = api_event("POST /messages", headers=XML, body="<x/>", claims=claims)
    read = api_event("GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID}, claims=claims)
    responses = [
        _transaction(hub.transactions, api_event("POST /transactions", claims=claims)),
        _transaction(hub.transactions, read),
        _answer(hub, XML, client_id=client_id),
        _send(queue, sent),
    ]
    assert [error_of(response) for response in responses] == [(403, "ACCESS_DENIED")] * 4
    assert (hub.transactions.items, queue.sent) == (before, [])


def test_a_transaction_is_the_same_participants_when_its_client_id_is_another_regions() -> None:
    store = FakeTransactions()
    _transaction(store, api_event("POST /transactions"))
    event = api_event("GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID}, claims={"client_id": "there"})
    response = transaction.handle(
        event, None, lambda: (_opening(store), ReadTransaction(store)), lambda: {"there": PARTICIPANT}
    )
    assert response["statusCode"] == 200
    assert store.items[TRANSACTION_ID].participant == PARTICIPANT


def test_nobody_is_served_when_there_is_no_authorizer() -> None:
    event = api_event("POST /transactions") | {"requestContext": {"requestId": "r"}}
    assert _transaction(FakeTransactions(), event)["statusCode"] == 401


@pytest.mark.parametrize(
    "content_type", ["application/xml", "application/json", "Application/XML; charset=utf-8", "application/json;v=1"]
)
def test_a_message_is_queued_when_its_type_is_taken(content_type: str) -> None:
    queue = FakeQueue()
    headers = {"x-transaction-id": TRANSACTION_ID, "CONTENT-TYPE": content_type, "X-Message-Type": "pacs.008.001.08"}
    response = _send(queue, api_event("POST /messages", headers=headers, body="<é/>"))
    assert response["statusCode"] == 202
    queued = IncomingMessage.from_json(queue.sent[0][0], ENVELOPES.open)
    assert queued.body == "<é/>".encode()
    assert queued.participant == PARTICIPANT
    assert queued.content_type == content_type.partition(";")[0].lower()
    assert queued.message_type == "pacs.008.001.08"


def test_the_bytes_survive_when_the_body_is_not_utf_8() -> None:
    queue = FakeQueue()
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><é/>'.encode("iso-8859-1")
    event = api_event("POST /messages", headers=XML, body=base64.b64encode(body).decode(), base64_encoded=True)
    _send(queue, event)
    assert IncomingMessage.from_json(queue.sent[0][0], ENVELOPES.open).body == body


@pytest.mark.parametrize("body", ["***", "QUJ", "QUJD\nQUJD"])
def test_a_body_is_refused_when_its_base64_is_broken(body: str) -> None:
    event = api_event("POST /messages", headers=XML, body=body, base64_encoded=True)
    assert error_of(_send(FakeQueue(), event)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "text/xml", "application/xmlx", "application/*"])
def test_a_message_is_refused_when_its_type_is_missing_or_another(content_type: str | None) -> None:
    headers = {"X-Transaction-Id": TRANSACTION_ID} | ({} if content_type is None else {"Content-Type": content_type})
    response = _send(FakeQueue(), api_event("POST /messages", headers=headers, body="<x/>"))
    assert error_of(response) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("given", "asked"),
    [(None, Consistency.BOTH), ("both", Consistency.BOTH), ("available", Consistency.AVAILABLE)],
)
def test_a_message_waits_for_the_regions_that_its_header_says_when_it_is_queued(
    given: str | None, asked: Consistency
) -> None:
    queue = FakeQueue()
    headers = XML | ({} if given is None else {"X-CONSISTENCY": given})
    assert _send(queue, api_event("POST /messages", headers=headers, body="<x/>"))["statusCode"] == 202
    assert IncomingMessage.from_json(queue.sent[0][0], ENVELOPES.open).consistency is asked


@pytest.mark.parametrize("given", ["", "Both", "one", "both, available", "<script>"])
def test_a_message_is_refused_when_its_header_names_no_consistency_that_there_is(given: str) -> None:
    queue = FakeQueue()
    response = _send(queue, api_event("POST /messages", headers=XML | {"X-Consistency": given}, body="<x/>"))
    assert error_of(response) == (400, "INVALID_CONSISTENCY")
    assert '"where": "header X-Consistency", "expected": "both or available"' in str(response["body"])
    assert "script" not in str(response["body"])
    assert queue.sent == []


def test_what_was_asked_and_what_was_got_are_told_when_a_transaction_is_read() -> None:
    hub = Hub()
    hub.open()

    def told() -> JsonValue:
        event = api_event("GET /transactions/{id}", path_parameters={"id": TRANSACTION_ID})
        return body_of(_transaction(hub.transactions, event))["consistency"]

    assert told() is None
    hub.payloads.down = {OTHER_REGION}
    hub.incoming(message(consistency=Consistency.AVAILABLE))
    assert told() == {"asked": "available", "got": "available", "regions": [REGION]}
    hub.process()
    hub.release()
    hub.payloads.down = set()
    hub.complete_copies()
    assert told() == {"asked": "available", "got": "both", "regions": [REGION, OTHER_REGION]}


@pytest.mark.parametrize("body", [None, ""])
def test_a_message_is_refused_when_there_is_none(body: str | None) -> None:
    assert error_of(_send(FakeQueue(), api_event("POST /messages", headers=XML, body=body))) == (400, "EMPTY_BODY")


@pytest.mark.parametrize(
    ("character", "size", "status"), [("x", 262_144, 202), ("x", 262_145, 413), ("é", 131_073, 413)]
)
def test_a_message_is_refused_when_its_bytes_are_more_than_the_limit(character: str, size: int, status: int) -> None:
    event = api_event("POST /messages", headers=XML, body=character * size)
    assert _send(FakeQueue(), event)["statusCode"] == status


@pytest.mark.parametrize("message_type", ["pacs.008", "PACS.008.001.08", "pacs.008.001.08.1", "", "pain.001.001.0\n9"])
def test_a_message_is_refused_when_its_message_type_is_malformed(message_type: str) -> None:
    headers = XML | {"X-Message-Type": message_type}
    response = _send(FakeQueue(), api_event("POST /messages", headers=headers, body="<x/>"))
    assert error_of(response) == (400, "INVALID_MESSAGE_TYPE")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/xml"), ("*/*", "application/xml"), ("application/*", "application/xml"),
        ("application/xml", "application/xml"), ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        ("text/html, application/json;q=0.9", "application/json"),
        ("application/json, text/plain, */*", "application/json"), ("application/json;q=0.5, */*", "application/xml"),
        ("application/xml;q=0.2, application/json;q=0.3", "application/json"),
        ("application/xml;q=0, */*", "application/json"),
        ("application/json;q=nan, application/xml;q=0.1", "application/xml"),
    ],
)  # fmt: skip
def test_the_answer_has_the_form_that_is_preferred_when_it_is_read(accept: str | None, content_type: str) -> None:
    response = _answer(_ended(), XML | ({} if accept is None else {"Accept": accept}))
    assert response["statusCode"] == 200
    assert response["headers"] == {"Content-Type": content_type, "Cache-Control": "no-store"}
    assert str(response["body"]).startswith("<answer" if content_type.endswith("xml") else '{"Document"')


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml;q=0, application/json;q=0", ","])
def test_it_is_refused_when_no_form_of_the_answer_is_acceptable(accept: str) -> None:
    assert error_of(_answer(_ended(), XML | {"Accept": accept})) == (406, "NOT_ACCEPTABLE")


def test_the_status_is_given_when_the_transaction_is_still_open() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    response = _answer(hub, XML)
    assert (response["statusCode"], body_of(response)) == (202, {"status": "ACTC"})


def test_the_answer_can_be_read_again_when_it_was_read() -> None:
    hub = _ended()
    assert _answer(hub, XML) == _answer(hub, XML)


def test_the_client_may_try_again_when_the_answer_cannot_be_reached() -> None:
    hub = _ended()
    hub.payloads.down = {REGION, OTHER_REGION}
    assert error_of(_answer(hub, XML)) == (503, "SERVICE_UNAVAILABLE")


def test_the_client_may_try_again_when_aws_does_not_answer() -> None:
    def unreachable() -> AcceptMessage:
        raise EndpointConnectionError(endpoint_url="https://sqs.eu-west-1.amazonaws.com")

    response = intake.handle(
        api_event("POST /messages", headers=XML, body="<x/>"), None, unreachable, lambda: API_CLIENTS
    )
    assert error_of(response) == (503, "SERVICE_UNAVAILABLE")
    assert "amazonaws" not in str(response["body"])


def test_no_stack_trace_is_shown_when_the_function_fails() -> None:
    def broken() -> AcceptMessage:
        raise ZeroDivisionError("a secret of the hub")

    response = intake.handle(api_event("POST /messages", headers=XML, body="<x/>"), None, broken, lambda: API_CLIENTS)
    assert error_of(response) == (500, "INTERNAL_ERROR")
    assert "secret" not in str(response["body"])
    assert "Traceback" not in str(response["body"])


def test_there_is_no_such_resource_when_the_route_is_another_functions() -> None:
    assert error_of(_send(FakeQueue(), api_event("GET /messages", headers=XML))) == (404, "NOT_FOUND")


def test_the_response_is_json_when_lambda_serialises_it() -> None:
    json.dumps(_answer(_ended(), XML))
    json.dumps(_transaction(FakeTransactions(), api_event("POST /transactions")))


@pytest.mark.parametrize("name", ["X-Transaction-Id", "x-consistency", "Content-Type"])
def test_400_when_a_header_has_two_values(name: str) -> None:
    event = api_event("POST /messages", headers=XML, body="<x/>")
    event["multiValueHeaders"] = {name: ["one"], name.swapcase(): ["one", "another"]}
    response = _send(FakeQueue(), event)
    assert error_of(response) == (400, "INVALID_REQUEST")
    event["multiValueHeaders"] = {name: ["one", "one"], "Accept": ["a", "b"], "X-Other": None}
    assert _send(FakeQueue(), event)["statusCode"] == 202
