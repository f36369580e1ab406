"""Attempts against the API of the deployed hub, over HTTP: tokens, ids, headers, bodies, paths."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.attacks.http import (
    XML,
    bearer,
    called,
    decoded,
    encoded,
    log_lines,
    refusal,
    send,
    send_raw,
    token_for,
)
from tests.integration.conftest import REGIONS, Hub
from tests.integration.test_bad_input import await_truth, ended, refused_bodies
from tests.integration.test_regions import stranger

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.traffic.client import HubClient

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("hub")]

ADVERSARY = "participant-b"
MARK = "planted-1b9f"
"""What is looked for in logs: nothing else says it."""


def refused_as_unreadable(client: HubClient, body: bytes, content_type: str) -> str:
    """Hands a body over, and gives what the rejection says of it."""
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=content_type)
    view = ended(client, transaction_id)
    assert (view["status"], view["reason"]["code"]) == ("RJCT", "FF01")
    return str(view["reason"]["text"])


@pytest.mark.attack("A token of the other Region's pool", refused="401 by the authorizer")
def test_no_call_is_taken_when_the_token_is_another_regions(hub: Hub, region: str) -> None:
    other = next(each for each in REGIONS if each != region)
    with called(hub) as calls:
        answer = send(hub, hub.client(region), "POST", "/transactions", **bearer(hub.client(other).token()))
    assert refusal(answer) == (401, "UNAUTHORIZED")
    assert calls == []


@pytest.mark.attack("A client made in the pool by hand, under a participant's name", refused="403: not registered")
def test_no_call_is_taken_when_the_client_is_not_registered(hub: Hub, region: str) -> None:
    with stranger(hub, region) as token, called(hub) as calls:
        answer = send(hub, hub.client(region), "POST", "/transactions", **bearer(token))
    assert refusal(answer) == (403, "ACCESS_DENIED")
    assert calls == []


@pytest.mark.attack("A token altered to name another client, or more scopes", refused="401 by the authorizer")
@pytest.mark.parametrize("claim", ["client_id", "sub", "scope", "exp", "iss"])
def test_no_call_is_taken_when_a_claim_was_changed(hub: Hub, claim: str) -> None:
    client = hub.client(REGIONS[0], ADVERSARY)
    head, claims, signature = token_for(hub, client, "payments/read").json()["access_token"].split(".")
    other = hub.client(REGIONS[0]).endpoint.client_id
    changed = {
        "client_id": other,
        "sub": other,
        "scope": "payments/read payments/write",
        "exp": 4_102_444_800,
        "iss": decoded(hub.client(REGIONS[1]).token().split(".")[1])["iss"],
    }
    forged = f"{head}.{encoded(decoded(claims) | {claim: changed[claim]})}.{signature}"
    answer = send(hub, client, "GET", f"/transactions/{uuid.uuid4()}", **bearer(forged))
    assert refusal(answer) == (401, "UNAUTHORIZED")


@pytest.mark.attack("A token without a signature (`alg` none)", refused="401 by the authorizer")
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_no_call_is_taken_when_a_token_says_that_it_is_not_signed(hub: Hub, algorithm: str) -> None:
    client = hub.client(REGIONS[0])
    head, claims, signature = client.token().split(".")
    unsigned = encoded(decoded(head) | {"alg": algorithm})
    for end in ("", signature):
        answer = send(hub, client, "POST", "/transactions", **bearer(f"{unsigned}.{claims}.{end}"))
        assert refusal(answer) == (401, "UNAUTHORIZED")


@pytest.mark.attack("A token signed with the pool's public key as if it were a secret", refused="401 by the authorizer")
def test_no_call_is_taken_when_a_public_key_was_used_as_a_secret(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    head, claims, _ = client.token().split(".")
    pool = hub.exports[f"dev-{REGIONS[0]}"]["user_pool_id"]
    keys = hub.http.get(f"{hub.status['aws_endpoint']}/{pool}/.well-known/jwks.json").raise_for_status().json()["keys"]
    signed = f"{encoded(decoded(head) | {'alg': 'HS256'})}.{claims}"
    for secret in (keys[0]["n"].encode(), json.dumps(keys[0]).encode(), b""):
        forged = f"{signed}.{encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"
        assert refusal(send(hub, client, "POST", "/transactions", **bearer(forged))) == (401, "UNAUTHORIZED")


@pytest.mark.attack("A token that names a key of the sender's own (`kid`, `jku`, `jwk`)", refused="401")
@pytest.mark.parametrize("field", ["kid", "jku", "jwk"])
def test_no_call_is_taken_when_a_token_brings_its_own_key(hub: Hub, field: str) -> None:
    client = hub.client(REGIONS[0])
    head, claims, _ = client.token().split(".")
    brought = {"kid": "../../../dev/null", "jku": "http://127.0.0.1:9/keys", "jwk": {"kty": "oct", "k": "AAAA"}}
    signed = f"{encoded(decoded(head) | {'alg': 'HS256', field: brought[field]})}.{claims}"
    forged = f"{signed}.{encoded(hmac.digest(bytes(3), signed.encode(), hashlib.sha256))}"
    assert refusal(send(hub, client, "POST", "/transactions", **bearer(forged))) == (401, "UNAUTHORIZED")


@pytest.mark.attack("A token in the query, in a cookie or as Basic", refused="401: it is read in one place alone")
def test_no_call_is_taken_when_the_token_is_somewhere_else(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    url, token = f"{client.endpoint.api}/transactions", client.token()
    for options in (
        {"params": {"access_token": token, "Authorization": f"Bearer {token}"}},
        {"headers": {"Cookie": f"access_token={token}; Authorization={token}"}},
        {"headers": {"X-Authorization": f"Bearer {token}", "Authorization": "Bearer"}},
        {"auth": (client.endpoint.client_id, client.endpoint.client_secret)},
    ):
        assert refusal(hub.http.post(url, **options)) == (401, "UNAUTHORIZED")


@pytest.mark.attack("Writing with a token that may only read", refused="401 or 403, before a function is asked")
def test_nothing_is_written_when_the_token_may_only_read(hub: Hub, region: str) -> None:
    client = hub.client(region)
    token = token_for(hub, client, "payments/read").raise_for_status().json()["access_token"]
    with called(hub) as calls:
        for path in ("/transactions", "/messages"):
            given = {"Authorization": f"Bearer {token}", "X-Transaction-Id": str(uuid.uuid4()), "Content-Type": XML}
            answer = send(hub, client, "POST", path, headers=given, content=b"<a/>")
            assert refusal(answer)[0] in {401, 403}
    assert calls == []


@pytest.mark.attack("Reading with a token that may only write", refused="401 or 403, before a function is asked")
def test_nothing_is_read_when_the_token_may_only_write(hub: Hub, region: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    token = token_for(hub, client, "payments/write").raise_for_status().json()["access_token"]
    given = {"Authorization": f"Bearer {token}", "X-Transaction-Id": transaction_id}
    with called(hub) as calls:
        for path in (f"/transactions/{transaction_id}", "/messages"):
            assert refusal(send(hub, client, "GET", path, headers=given))[0] in {401, 403}
    assert calls == []


@pytest.mark.attack("Asking for scopes that a client was not given", refused="400, or a token without them")
@pytest.mark.parametrize("scope", ["payments/admin", "payments/*", "*", "aws.cognito.signin.user.admin"])
def test_no_token_has_a_scope_that_the_client_was_not_given(hub: Hub, scope: str) -> None:
    answer = token_for(hub, hub.client(REGIONS[0]), f"payments/read {scope}")
    # Cognito refuses; the emulator leaves out what no resource server knows.
    if answer.status_code == 200:
        assert decoded(answer.json()["access_token"].split(".")[1])["scope"] == "payments/read"
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.attack("A client with another's secret, or with none", refused="400 invalid_client")
def test_no_token_is_given_when_the_secret_is_anothers(hub: Hub, region: str) -> None:
    client, other = hub.client(region), hub.client(region, ADVERSARY)
    elsewhere = hub.client(next(each for each in REGIONS if each != region))
    for secret in (other.endpoint.client_secret, elsewhere.endpoint.client_secret, ""):
        answer = token_for(hub, client, "payments/read", secret)
        assert answer.status_code in {400, 401}
        assert answer.json()["error"] == "invalid_client"


@pytest.mark.attack(
    "Telling another participant's id from one that never was, by the answer or by how long it takes",
    refused="404 in one form, by the same AWS calls",
)
@pytest.mark.parametrize("path", ["/transactions/{id}", "/messages"])
def test_foreign_and_unknown_ids_are_told_apart_by_nothing(
    hub: Hub, region: str, payment: Callable[[], bytes], path: str
) -> None:
    owner, adversary = hub.client(region), hub.client(region, ADVERSARY)
    foreign, unknown = owner.open_transaction().transaction_id, str(uuid.uuid4())
    owner.submit(foreign, payment(), content_type=XML)
    ended(owner, foreign)
    seen = []
    for transaction_id in (foreign, unknown):
        given = {"X-Transaction-Id": transaction_id}
        adversary.token()
        with called(hub) as calls:
            answer = send(hub, adversary, "GET", path.format(id=transaction_id), headers=given)
        document = answer.json()
        document.pop("request_id")
        named = json.dumps(document).replace(transaction_id, "id")
        names = sorted(set(answer.headers) - {"x-amzn-trace-id"})
        seen.append((answer.status_code, named, names, len(answer.content), calls))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404
    assert seen[0][4]


@pytest.mark.attack("Guessing ids one after the other", refused="404 each; an id has 122 random bits")
def test_nothing_is_found_when_ids_near_a_known_one_are_tried(hub: Hub) -> None:
    owner, adversary = hub.client(REGIONS[0]), hub.client(REGIONS[0], ADVERSARY)
    given = [owner.open_transaction().transaction_id for _ in range(4)]
    for known in given:
        near = f"{known[:-1]}{(int(known[-1], 16) + 1) % 16:x}"
        assert refusal(send(hub, adversary, "GET", f"/transactions/{near}")) == (404, "NOT_FOUND")
    # No two of them have a part in common that the next could be told from.
    assert len({part for each in given for part in (each[:8], each[-12:])}) == 2 * len(given)


@pytest.mark.attack("A message under another participant's id", refused="kept apart as refused; the owner's stays")
def test_owners_transaction_is_untouched_when_another_posts_under_its_id(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    owner, adversary = hub.client(region), hub.client(region, ADVERSARY)
    transaction_id, foreign = owner.open_transaction().transaction_id, payment()
    before = owner.transaction(transaction_id)
    adversary.submit(transaction_id, foreign, content_type=XML)
    await_truth(lambda: len(refused_bodies(hub, region, transaction_id)) == 1)
    assert owner.transaction(transaction_id) == before


@pytest.mark.attack("A recorded request sent again, token and all", refused="taken as the same: nothing moves twice")
def test_nothing_moves_twice_when_a_request_is_replayed(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    client, body = hub.client(region), payment()
    transaction_id = client.open_transaction().transaction_id
    given = {"X-Transaction-Id": transaction_id, "Content-Type": XML, "Authorization": f"Bearer {client.token()}"}
    for _ in range(3):
        assert send(hub, client, "POST", "/messages", headers=given, content=body).status_code == 202
    view = ended(client, transaction_id)
    assert [entry["status"] for entry in view["history"]] == ["ACCP", "ACTC", "ACSP", "ACSC"]
    for _ in range(3):
        assert send(hub, client, "POST", "/messages", headers=given, content=body).status_code == 202
    assert client.transaction(transaction_id)["history"] == view["history"]
    assert len(view["payments"]) == 1


@pytest.mark.attack("Parameters of SQS behind a header's value (`&Action=`)", refused="400; nothing is queued")
@pytest.mark.parametrize("header", ["X-Transaction-Id", "X-Message-Type", "X-Consistency", "Content-Type"])
def test_nothing_is_queued_when_a_header_carries_parameters_of_the_queue(hub: Hub, header: str) -> None:
    client = hub.client(REGIONS[0])
    given = {"X-Transaction-Id": client.open_transaction().transaction_id, "Content-Type": XML}
    given[header] = f"{given.get(header, 'pacs.008.001.08')}&Action=PurgeQueue&MessageGroupId=x&MessageBody={MARK}"
    with called(hub) as calls:
        answer = send(hub, client, "POST", "/messages", headers=given, content=b"<a/>")
    assert refusal(answer)[0] == (415 if header == "Content-Type" else 400)
    assert calls == []


@pytest.mark.attack("A header split in two by a line break", refused="400; nothing is queued")
@pytest.mark.parametrize("break_", [b"\r\n ", b"\r", b"\x00", b"\x0b"])
def test_nothing_is_queued_when_a_line_break_is_in_a_header(hub: Hub, break_: bytes) -> None:
    client = hub.client(REGIONS[0])
    transaction_id = client.open_transaction().transaction_id.encode()
    with called(hub) as calls:
        status, body = send_raw(
            client,
            "POST",
            "/messages",
            b"Content-Type: application/xml",
            b"X-Transaction-Id: " + transaction_id + break_ + b"X-Message-Type: pacs.008.001.08",
            body=b"<a/>",
        )
    assert status == 400
    assert transaction_id not in body
    assert calls == []


@pytest.mark.attack("One header twice, with two values", refused="400: which one counts is not guessed")
def test_nothing_is_queued_when_a_header_comes_twice(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    ids = [client.open_transaction().transaction_id.encode() for _ in range(2)]
    with called(hub) as calls:
        for name in (b"X-Transaction-Id", b"x-transaction-id"):
            status, _ = send_raw(
                client,
                "POST",
                "/messages",
                b"Content-Type: application/xml",
                b"X-Transaction-Id: " + ids[0],
                name + b": " + ids[1],
                body=b"<a/>",
            )
            assert status == 400
    assert calls == []


@pytest.mark.attack("Letters and digits of other scripts in an id", refused="400: ASCII alone is an id")
@pytest.mark.parametrize("look_alike", ["\uff10", "\u0660", "\u0430", "0\u200b", "\u00e9"])
def test_nothing_is_read_when_an_id_is_written_in_another_script(hub: Hub, look_alike: str) -> None:
    client = hub.client(REGIONS[0])
    transaction_id = client.open_transaction().transaction_id
    with called(hub) as calls:
        answer = send(hub, client, "GET", f"/transactions/{look_alike}{transaction_id[1:]}")
        raw = f"X-Transaction-Id: {look_alike}{transaction_id[1:]}".encode()
        status, _ = send_raw(client, "GET", "/messages", raw)
    assert (answer.status_code, status) == (400, 400)
    assert calls == []


@pytest.mark.attack("A body above the limit", refused="413; nothing is queued")
def test_nothing_is_queued_when_the_body_is_too_large(hub: Hub, region: str) -> None:
    client = hub.client(region)
    given = {"X-Transaction-Id": client.open_transaction().transaction_id, "Content-Type": XML}
    with called(hub) as calls:
        answer = send(hub, client, "POST", "/messages", headers=given, content=b"<a>" + b" " * 262_144 + b"</a>")
    assert refusal(answer) == (413, "BODY_TOO_LARGE")
    assert calls == []


@pytest.mark.attack("XML or JSON nested thousands deep", refused="rejected with FF01, and the next payment is settled")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<a>" * 30_000 + b"</a>" * 30_000, XML),
        (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, "application/json"),
        (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    ],
)
def test_hub_goes_on_when_a_body_is_nested_too_deeply(
    hub: Hub, payment: Callable[[], bytes], body: bytes, content_type: str
) -> None:
    client = hub.client(REGIONS[0])
    refused_as_unreadable(client, body, content_type)
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, payment(), content_type=XML)
    assert ended(client, transaction_id)["status"] == "ACSC"


BOMB = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))


@pytest.mark.attack("Entities that expand to gigabytes", refused="rejected with FF01: no document type is taken")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "cp037"])
def test_nothing_expands_when_a_message_declares_entities(hub: Hub, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY a "aaaa">{BOMB}]><Document>&j;</Document>'
    refused_as_unreadable(hub.client(REGIONS[0]), text.encode(encoding), XML)


@pytest.mark.attack("External entities: a file, an address, parameters", refused="rejected with FF01; none is fetched")
@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x SYSTEM "file:///proc/self/environ">',
        '<!ENTITY x SYSTEM "http://169.254.169.254/latest/meta-data/">',
        '<!ENTITY % p SYSTEM "file:///proc/self/environ"> %p; <!ENTITY x "y">',
    ],
)
def test_nothing_is_fetched_when_a_message_names_external_entities(hub: Hub, declaration: str) -> None:
    body = f'<?xml version="1.0"?><!DOCTYPE d [{declaration}]><Document>&x;</Document>'
    said = refused_as_unreadable(hub.client(REGIONS[0]), body.encode(), XML)
    assert "AWS" not in said
    assert "/" not in said


@pytest.mark.attack("XInclude and style sheets in place of entities", refused="rejected with FF01; nothing is fetched")
@pytest.mark.parametrize(
    "body",
    [
        b'<D xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></D>',
        b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?><Document/>',
        b'<D xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a http://127.0.0.1:9/a.xsd"/>',
    ],
)
def test_nothing_is_fetched_when_a_message_includes_another_document(hub: Hub, body: bytes) -> None:
    assert "root:" not in refused_as_unreadable(hub.client(REGIONS[0]), body, XML)


@pytest.mark.attack("JSON declared as XML, and XML as JSON", refused="rejected with FF01: the declared type counts")
def test_rejected_when_the_content_is_not_what_its_type_says(hub: Hub, payment: Callable[[], bytes]) -> None:
    client = hub.client(REGIONS[0])
    refused_as_unreadable(client, b'{"Document": {}}', XML)
    refused_as_unreadable(client, payment(), "application/json")


@pytest.mark.attack("A message in a form, or under two types", refused="415; nothing is queued")
@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/xml, application/json",
        "application/xhtml+xml",
        "text/html; application/xml",
    ],
)
def test_nothing_is_queued_when_the_type_is_no_messages(
    hub: Hub, payment: Callable[[], bytes], content_type: str
) -> None:
    client = hub.client(REGIONS[0])
    given = {"X-Transaction-Id": client.open_transaction().transaction_id, "Content-Type": content_type}
    with called(hub) as calls:
        answer = send(hub, client, "POST", "/messages", headers=given, content=payment())
    assert refusal(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert calls == []


@pytest.mark.attack("A gzip bomb", refused="rejected with FF01: bodies are never decompressed")
def test_nothing_is_decompressed_when_a_body_says_that_it_is_compressed(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    transaction_id = client.open_transaction().transaction_id
    bomb = gzip.compress(bytes(100_000_000))
    given = {"X-Transaction-Id": transaction_id, "Content-Type": XML, "Content-Encoding": "gzip"}
    assert send(hub, client, "POST", "/messages", headers=given, content=bomb).status_code == 202
    view = ended(client, transaction_id)
    assert (view["status"], view["reason"]["code"]) == ("RJCT", "FF01")


@pytest.mark.attack("Lines for the log, in ids, headers, paths and bodies", refused="none of them is in a log")
def test_no_log_holds_what_a_client_wrote(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    line = f'{{"level":"INFO","message":"{MARK}"}}'
    transaction_id = client.open_transaction().transaction_id
    send(hub, client, "GET", f"/transactions/%0d%0a{MARK}%1b[2J")
    send(hub, client, "GET", f"/transactions/{MARK}")
    for header in ("X-Transaction-Id", "X-Message-Type", "X-Consistency", "User-Agent", "X-Forwarded-For"):
        given = {"X-Transaction-Id": transaction_id, "Content-Type": XML, header: line}
        send(hub, client, "POST", "/messages", headers=given, content=line.encode())
    send_raw(client, "GET", "/messages", b"X-Transaction-Id: x\n" + line.encode())
    ended(client, transaction_id)
    for function in ("transaction", "intake", "outgoing", "incoming", "processing", "releasing"):
        lines = log_lines(hub, REGIONS[0], function)
        assert lines
        assert not [each for each in lines if MARK in each]


@pytest.mark.attack("Paths out of the API, in an id", refused="400, 403 or 404; no function reads anything")
@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fhealth", "%2e%2e%2fmessages", "..%5c..%5cx", "%252e%252e%252f", "x%00", ".%2f", "%2fetc%2fpasswd"],
)
def test_nothing_is_read_when_an_id_is_a_path(hub: Hub, region: str, path: str) -> None:
    client = hub.client(region)
    with called(hub) as calls:
        status, _ = send_raw(client, "GET", f"/transactions/{path}")
    assert status in {400, 403, 404}
    assert calls == []


@pytest.mark.attack("Another method, or a header that asks for one", refused="403, 404 or 405; a GET stays a GET")
def test_nothing_is_changed_when_another_method_is_asked_for(hub: Hub) -> None:
    client = hub.client(REGIONS[0])
    transaction_id = client.open_transaction().transaction_id
    before = client.transaction(transaction_id)
    for method in ("DELETE", "PUT", "PATCH", "TRACE"):
        for path in (f"/transactions/{transaction_id}", "/messages", "/transactions"):
            assert send(hub, client, method, path).status_code in {403, 404, 405}
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        given = {name: "POST", "X-Transaction-Id": transaction_id, "Content-Type": XML}
        answer = send(hub, client, "GET", "/messages", headers=given, params={"_method": "POST"})
        assert answer.status_code == 202
    assert client.transaction(transaction_id) == before


@pytest.mark.attack("One parameter twice, in path and query", refused="the path's alone counts: 404 for another's id")
def test_nothing_is_read_when_a_parameter_is_given_twice(hub: Hub) -> None:
    owner, adversary = hub.client(REGIONS[0]), hub.client(REGIONS[0], ADVERSARY)
    foreign, own = owner.open_transaction().transaction_id, adversary.open_transaction().transaction_id
    for params in ({"id": own}, {"id": [own, foreign]}, {"id[]": own}):
        answer = send(hub, adversary, "GET", f"/transactions/{foreign}", params=params)
        assert refusal(answer) == (404, "NOT_FOUND")
        answer = send(hub, adversary, "GET", f"/transactions/{own}", params={"id": foreign})
        assert answer.json()["transaction_id"] == own


@pytest.mark.attack("An identity claimed in the query or in headers", refused="the token's alone counts: 404")
def test_nothing_is_read_when_another_identity_is_claimed_beside_the_token(hub: Hub) -> None:
    owner, adversary = hub.client(REGIONS[0]), hub.client(REGIONS[0], ADVERSARY)
    foreign, claimed = owner.open_transaction().transaction_id, owner.endpoint.client_id
    params = {"participant": "participant-a", "client_id": claimed, "claims[client_id]": claimed}
    given = {
        "X-Participant": "participant-a",
        "X-Client-Id": claimed,
        "X-Amzn-Oidc-Identity": claimed,
        "X-Amz-Client-Context": encoded({"client_id": claimed}),
    }
    answer = send(hub, adversary, "GET", f"/transactions/{foreign}", params=params, headers=given)
    assert refusal(answer) == (404, "NOT_FOUND")


@pytest.mark.attack("A token for the vault at the payments' calls", refused="401 or 403, before a function is asked")
@pytest.mark.parametrize("scope", ["vault/tokenise", "vault/detokenise vault/erase"])
def test_no_payment_is_touched_when_the_token_is_for_the_vault(hub: Hub, region: str, scope: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    token = token_for(hub, client, scope).raise_for_status().json()["access_token"]
    given = {"Authorization": f"Bearer {token}", "X-Transaction-Id": transaction_id, "Content-Type": XML}
    with called(hub) as calls:
        for method, path in (
            ("POST", "/transactions"),
            ("GET", f"/transactions/{transaction_id}"),
            ("GET", "/messages"),
        ):
            assert refusal(send(hub, client, method, path, headers=given))[0] in {401, 403}
    assert calls == []
