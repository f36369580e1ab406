"""Bad input gets a clear error, and nothing that was taken is lost or replaced."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from simulations.traffic.client import HubClient
from tests.integration.conftest import REGIONS, Hub

XML = "application/xml"


def post_message(hub: Hub, client: HubClient, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    authorised = {"Authorization": f"Bearer {client.token()}", **named}
    return hub.http.post(f"{client.endpoint.api}/messages", content=body, headers=authorised)


def error_of(response: httpx.Response) -> dict[str, Any]:
    document = response.json()
    assert set(document) == {"error", "request_id"}
    assert set(document["error"]) >= {"code", "message"}
    error: dict[str, Any] = document["error"]
    return error


def ended(client: HubClient, transaction_id: str) -> dict[str, Any]:
    return client.await_end(transaction_id, patience_seconds=30)


def await_truth(check: Callable[[], bool]) -> None:
    Retrying(retry=retry_if_not_result(bool), wait=wait_fixed(0.1), stop=stop_after_delay(20))(check)


UNREADABLE = {
    "not XML": (b"Dear bank, please pay.", "FF01"),
    "truncated": (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr>',
        "FF01",
    ),
    "not UTF-8": (b'<?xml version="1.0" encoding="UTF-8"?><Document>\xff\xfe\xfa</Document>', "FF01"),
    "entity bomb": (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Document>&c;</Document>',
        "FF01",
    ),
    "external entity": (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><Document>&x;</Document>',
        "FF01",
    ),
    "unknown namespace": (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.02"/>', "FF01"),
    "control characters": (b"\x00\x01\x02\x03", "FF01"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_rejection_names_the_rule_when_text_is_no_message(hub: Hub, region: str, kind: str) -> None:
    body, code = UNREADABLE[kind]
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=XML)
    view = ended(client, transaction_id)
    assert view["status"] == "RJCT"
    assert view["reason"]["code"] == code
    assert len(view["reason"]["text"]) > 20
    answer = client.answer(transaction_id)
    assert answer is not None
    assert b"RJCT" in answer
    assert [archived(hub, each, transaction_id, body) for each in REGIONS] == [body, body]


def archived(hub: Hub, region: str, transaction_id: str, body: bytes) -> bytes:
    return hub.content(region, f"incoming/{transaction_id}/{hashlib.sha256(body).hexdigest()}")


def test_413_when_the_body_is_over_256_kb(hub: Hub, region: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    response = post_message(hub, client, b"x" * 262_145, X_Transaction_Id=transaction_id, Content_Type=XML)
    assert response.status_code == 413
    assert "262144" in str(error_of(response))


def test_taken_when_the_body_is_exactly_256_kb(hub: Hub, region: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    response = post_message(hub, client, b"x" * 262_144, X_Transaction_Id=transaction_id, Content_Type=XML)
    assert response.status_code == 202
    assert ended(client, transaction_id)["status"] == "RJCT"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "xml"])
def test_415_when_the_content_type_is_not_a_messages(hub: Hub, region: str, content_type: str) -> None:
    client = hub.client(region)
    headers = {"X_Transaction_Id": client.open_transaction().transaction_id}
    if content_type:
        headers["Content_Type"] = content_type
    response = post_message(hub, client, b"<a/>", **headers)
    assert response.status_code == 415
    assert "application/xml" in str(error_of(response))


@pytest.mark.parametrize("transaction_id", ["", "1", "../../etc", "0f0e0d0c-0b0a-1908-8706-050403020100", "x" * 300])
def test_400_when_the_transaction_id_is_malformed(hub: Hub, region: str, transaction_id: str) -> None:
    client = hub.client(region)
    response = post_message(hub, client, b"<a/>", X_Transaction_Id=transaction_id, Content_Type=XML)
    assert response.status_code == 400
    error_of(response)


def test_400_when_there_is_no_transaction_id(hub: Hub, region: str) -> None:
    response = post_message(hub, hub.client(region), b"<a/>", Content_Type=XML)
    assert response.status_code == 400
    assert "x-transaction-id" in str(error_of(response)).lower()


def test_400_when_the_body_is_empty(hub: Hub, region: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    response = post_message(hub, client, b"", X_Transaction_Id=transaction_id, Content_Type=XML)
    assert response.status_code == 400
    error_of(response)


def test_body_is_archived_and_nothing_moves_when_the_transaction_is_unknown(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    unknown = str(uuid.uuid4())
    body = payment()
    client.submit(unknown, body, content_type=XML)
    await_truth(lambda: refused_bodies(hub, region, unknown) == [body])
    response = hub.http.get(
        f"{client.endpoint.api}/transactions/{unknown}", headers={"Authorization": f"Bearer {client.token()}"}
    )
    assert response.status_code == 404
    error_of(response)


def test_owner_is_untouched_when_another_client_posts_first_under_its_id(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    owner, other = hub.client(region), hub.client(region, "participant-b")
    transaction_id = owner.open_transaction().transaction_id
    foreign, own = payment(), payment()
    other.submit(transaction_id, foreign, content_type=XML)
    await_truth(lambda: refused_bodies(hub, region, transaction_id) == [foreign])
    owner.submit(transaction_id, own, content_type=XML)
    assert ended(owner, transaction_id)["status"] == "ACSC"
    assert ended(owner, transaction_id)["refused_messages"] == []


@pytest.mark.parametrize("call", ["/messages", "/transactions/{id}"])
def test_404_when_another_clients_transaction_is_read(
    hub: Hub, region: str, payment: Callable[[], bytes], call: str
) -> None:
    owner, other = hub.client(region), hub.client(region, "participant-b")
    transaction_id = owner.open_transaction().transaction_id
    owner.submit(transaction_id, payment(), content_type=XML)
    ended(owner, transaction_id)
    headers = {"Authorization": f"Bearer {other.token()}", "X-Transaction-Id": transaction_id}
    foreign = hub.http.get(other.endpoint.api + call.format(id=transaction_id), headers=headers)
    never = str(uuid.uuid4())
    unknown = hub.http.get(other.endpoint.api + call.format(id=never), headers={**headers, "X-Transaction-Id": never})
    assert foreign.status_code == unknown.status_code == 404
    assert error_of(foreign)["code"] == error_of(unknown)["code"]


def test_first_message_stays_when_a_second_one_uses_its_id(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    first, second = payment(), payment()
    client.submit(transaction_id, first, content_type=XML)
    before = ended(client, transaction_id)
    client.submit(transaction_id, second, content_type=XML)
    await_truth(lambda: len(client.transaction(transaction_id)["refused_messages"]) == 1)
    after = client.transaction(transaction_id)
    assert after["history"] == before["history"]
    assert after["status"] == "ACSC"
    assert refused_bodies(hub, region, transaction_id) == [second]


def refused_bodies(hub: Hub, region: str, transaction_id: str) -> list[bytes]:
    bucket = hub.exports["dev-foundation"]["payload_buckets"][region]
    store = hub.aws("s3", region)
    found = store.list_objects_v2(Bucket=bucket, Prefix=f"refused/{transaction_id}/").get("Contents", [])
    return [hub.content(region, each["Key"]) for each in found]


def test_401_when_there_is_no_token(hub: Hub, region: str) -> None:
    response = hub.http.post(f"{hub.client(region).endpoint.api}/transactions")
    assert response.status_code == 401
    error_of(response)


def test_401_when_the_token_is_another_regions(hub: Hub, region: str) -> None:
    other = next(name for name in hub.status["regions"] if name != region)
    headers = {"Authorization": f"Bearer {hub.client(other).token()}"}
    response = hub.http.post(f"{hub.client(region).endpoint.api}/transactions", headers=headers)
    assert response.status_code == 401


def token_of(hub: Hub, client: HubClient, scope: str) -> str:
    answer = hub.http.post(
        f"{client.endpoint.auth}/oauth2/token",
        auth=(client.endpoint.client_id, client.endpoint.client_secret),
        data={"grant_type": "client_credentials", "scope": scope},
    )
    return str(answer.raise_for_status().json()["access_token"])


def test_refused_when_the_token_lacks_the_scope(hub: Hub, region: str) -> None:
    client = hub.client(region)
    headers = {"Authorization": f"Bearer {token_of(hub, client, 'payments/read')}"}
    response = hub.http.post(f"{client.endpoint.api}/transactions", headers=headers)
    # API Gateway's own answer to a missing scope is 401 as well; 403 would be kinder.
    assert response.status_code in {401, 403}
    error_of(response)


def test_401_when_the_token_has_expired(hub: Hub, region: str) -> None:
    """A client whose tokens live one second; AWS's least is five minutes, the emulator takes what it is given."""
    client = hub.client(region)
    pool = hub.exports[f"dev-{region}"]["user_pool_id"]
    identity = hub.aws("cognito-idp", region)
    made = identity.create_user_pool_client(
        UserPoolId=pool,
        ClientName=f"brief-{uuid.uuid4()}",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["payments/write"],
        AccessTokenValidity=1,
        TokenValidityUnits={"AccessToken": "seconds"},
    )["UserPoolClient"]
    answer = hub.http.post(
        f"{client.endpoint.auth}/oauth2/token",
        auth=(made["ClientId"], made["ClientSecret"]),
        data={"grant_type": "client_credentials", "scope": "payments/write"},
    ).raise_for_status()
    issued = time.monotonic()
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def refused() -> bool:
        return hub.http.post(f"{client.endpoint.api}/transactions", headers=headers).status_code == 401

    await_truth(refused)
    assert time.monotonic() - issued < 10
