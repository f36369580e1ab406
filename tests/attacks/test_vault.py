"""Attempts against the token vault of the deployed hub, over HTTP and at its tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.http import called
from tests.integration.conftest import Hub
from tests.integration.test_vault import AWAY, HOME, PURPOSE, VaultClient, items, logged, person

if TYPE_CHECKING:
    import httpx

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("hub")]

ADVERSARY = "participant-b"


def audited(hub: Hub, region: str, **details: str) -> list[dict[str, Any]]:
    """The records of a Region's audit chain that bear these details."""
    texts = [item["record"]["S"] for item in items(hub, "audit", region) if item["chain"]["S"] == region]
    records = [json.loads(text) for text in texts]
    events = [_told(each) for each in records]
    return [each for each in events if details.items() <= each.items()]


def _told(record: dict[str, Any]) -> dict[str, Any]:
    return {"action": record["action"], "actor": record["actor"], **record["details"]}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


@pytest.mark.attack("asking for another participant's token", refused="said to be unknown; on record as denied")
def test_no_value_is_given_when_the_token_is_anothers(hub: Hub) -> None:
    _, values = person()
    (token, _) = VaultClient.of(hub, HOME).tokenise(*values)
    for region in (HOME, AWAY):
        (found,) = VaultClient.of(hub, region, ADVERSARY).detokenise(token)
        assert found == {"token": token, "status": "unknown"}
        (event,) = audited(hub, region, tokens=token, actor=ADVERSARY)
        assert (event["action"], event["reason"]) == ("denied", "unknown")


@pytest.mark.attack(
    "telling another's token from one that never was by the answer or its time",
    refused="both get one answer, by the same calls to every store",
)
def test_foreign_and_invented_tokens_are_told_apart_by_nothing(hub: Hub) -> None:
    _, values = person()
    (foreign, _) = VaultClient.of(hub, HOME).tokenise(*values)
    invented = foreign[:-6] + "aaaaaa"
    adversary = VaultClient.of(hub, HOME, ADVERSARY)
    # What a first call asks for besides, an environment then has.
    adversary.detokenise(foreign)
    made = []
    for token in (foreign, invented):
        with called(hub, frozenset({"vault"})) as calls:
            assert adversary.detokenise(token) == [{"token": token, "status": "unknown"}]
        made.append(calls)
    assert made[0] == made[1] != []


@pytest.mark.attack("guessing tokens in bulk", refused="all unknown, and every one on record")
def test_nothing_is_found_when_tokens_are_guessed(hub: Hub) -> None:
    guesses = [f"tok_iban_1_{'a' * 30}{first}{second}" for first in "abcde" for second in "abcdefghij"]
    found = VaultClient.of(hub, AWAY, ADVERSARY).detokenise(*guesses)
    assert {each["status"] for each in found} == {"unknown"}
    assert audited(hub, AWAY, tokens=" ".join(guesses), action="denied")


@pytest.mark.attack(
    "detokenising with a token that has other scopes (tokenise, payments)",
    refused="401 or 403, before the function is asked",
)
@pytest.mark.parametrize("scopes", ["vault/tokenise", "vault/erase", "payments/read payments/write"])
def test_nothing_is_given_when_the_scope_is_another(hub: Hub, scopes: str) -> None:
    _, values = person()
    (token, _) = VaultClient.of(hub, HOME).tokenise(*values)
    answer = VaultClient.of(hub, HOME, scopes=scopes).post("detokenise", {"purpose": PURPOSE, "tokens": [token]})
    assert answer.status_code in {401, 403}
    assert values[0]["value"] not in answer.text


@pytest.mark.attack("erasing another participant's subject", refused="touches one's own namesake alone")
def test_value_stays_when_another_participant_erases_the_reference(hub: Hub) -> None:
    subject, values = person()
    mine = VaultClient.of(hub, HOME)
    (token, _) = mine.tokenise(*values)
    assert VaultClient.of(hub, HOME, ADVERSARY).post("erase", {"subject": subject}).status_code == 200
    assert mine.detokenise(token)[0]["value"] == values[0]["value"]


@pytest.mark.attack("detokenising without a purpose, or with one of one's own", refused="400; on record as denied")
@pytest.mark.parametrize(
    "body", [{"tokens": []}, {"purpose": "curiosity"}, {"purpose": ["investigation"]}, {"purpose": ""}]
)
def test_nothing_is_given_when_there_is_no_purpose(hub: Hub, body: dict[str, object]) -> None:
    _, values = person()
    mine = VaultClient.of(hub, HOME)
    (token, _) = mine.tokenise(*values)
    answer = mine.post("detokenise", body | {"tokens": [token]})
    assert refusal(answer) == (400, "INVALID_REQUEST")
    assert audited(hub, HOME, operation="detokenise", reason="INVALID_REQUEST")


@pytest.mark.attack("more tokens in one request than it may have", refused="400; on record as denied")
def test_nothing_is_given_when_a_request_asks_for_too_many(hub: Hub) -> None:
    tokens = [f"tok_iban_1_{'a' * 29}{a}{b}{c}" for a in "ab" for b in "abcdef" for c in "abcdef"]
    answer = VaultClient.of(hub, HOME).post("detokenise", {"purpose": PURPOSE, "tokens": tokens})
    assert refusal(answer) == (400, "INVALID_REQUEST")
    assert answer.json()["error"]["details"] == [{"where": "body.tokens", "expected": "a list of 1 to 50"}]


@pytest.mark.attack("one token many times, to see what a cache or a counter does", refused="400; on record as denied")
def test_nothing_is_given_when_a_token_is_named_twice(hub: Hub) -> None:
    token = "tok_iban_1_" + "a" * 32
    answer = VaultClient.of(hub, HOME).post("detokenise", {"purpose": PURPOSE, "tokens": [token, token]})
    assert refusal(answer) == (400, "INVALID_REQUEST")


@pytest.mark.attack(
    "bodies that are nested, oversized, not UTF-8, with a key twice, or with fields of their own",
    refused="400 or 413 that names the rule and never the content",
)
@pytest.mark.parametrize(
    "body",
    [
        b'{"values":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"values": [' + b" " * 140_000 + b"]}",
        b'{"values": ["\xff\xfe"]}',
        b'{"values": [], "values": [{"kind": "name", "value": "Marker Person", "subject": "c"}]}',
        b'{"values": [{"kind": "name", "value": "Marker Person", "subject": "c", "tenant": "participant-b"}]}',
        b'{"values": [{"kind": "name", "value": "Marker Person", "subject": "../participant-b/c"}]}',
        b'{"values": [{"kind": "name", "value": {"$ne": "Marker Person"}, "subject": "c"}]}',
        b'{"values": 1' + b"0" * 5_000 + b"}",
    ],
    ids=["nested", "oversized", "encoding", "key twice", "tenant", "path", "operator", "number"],
)
def test_body_is_refused_without_being_quoted_when_it_is_a_bomb(hub: Hub, body: bytes) -> None:
    answer = VaultClient.of(hub, HOME).post("tokenise", body)
    assert refusal(answer) in {(400, "INVALID_REQUEST"), (413, "BODY_TOO_LARGE")}
    assert "Marker" not in answer.text


@pytest.mark.attack(
    "control characters, escapes and lone surrogates in a value, to forge log lines", refused="400; in no log"
)
@pytest.mark.parametrize("value", ['Marker\n{"audit": 1}', "Marker\x1b[2J", "Marker\x00", "Marker\ud800"])
def test_value_reaches_no_log_when_it_holds_what_no_name_holds(hub: Hub, value: str) -> None:
    asked = {"values": [{"kind": "name", "value": value, "subject": "customer-1"}]}
    answer = VaultClient.of(hub, HOME).post("tokenise", json.dumps(asked).encode())
    assert refusal(answer) == (400, "INVALID_REQUEST")
    assert answer.json()["error"]["details"][0]["where"] == "body.values[0].value"
    assert not [line for line in logged(hub, HOME) if "Marker" in line]


@pytest.mark.attack("tokens of other forms: a path, a pattern, another tenant's key", refused="400, not looked up")
@pytest.mark.parametrize(
    "token",
    [
        "participant-a/allowance",
        "../participant-a/tok_iban_1_" + "a" * 32,
        "tok_iban_1_*",
        "",
        "DE89370400440532013000",
    ],
)
def test_nothing_is_looked_up_when_the_token_has_another_form(hub: Hub, token: str) -> None:
    answer = VaultClient.of(hub, HOME, ADVERSARY).post("detokenise", {"purpose": PURPOSE, "tokens": [token]})
    assert refusal(answer) == (400, "INVALID_REQUEST")
    assert not token or token not in answer.text


@pytest.mark.attack(
    "asking again for what was erased, in either Region", refused="said to be erased; on record as denied"
)
def test_nothing_is_given_when_what_was_erased_is_asked_for_again(hub: Hub) -> None:
    subject, values = person()
    (token, _) = VaultClient.of(hub, HOME).tokenise(*values)
    VaultClient.of(hub, HOME).post("erase", {"subject": subject})
    for region in (HOME, AWAY):
        assert VaultClient.of(hub, region).detokenise(token) == [{"token": token, "status": "erased"}]
        assert audited(hub, region, tokens=token, reason="erased", action="denied")


@pytest.mark.attack(
    "swapping the ciphertexts of two tokens in the table", refused="500 and no value; on record as corrupted"
)
def test_no_value_is_given_when_ciphertexts_are_swapped_in_the_table(hub: Hub) -> None:
    _, values = person()
    mine = VaultClient.of(hub, HOME)
    name, account = mine.tokenise(*values)
    table, dynamodb = "twinrail-dev-vault-tokens", hub.aws("dynamodb", HOME)
    stored = {item["id"]["S"].split("/")[1]: item for item in items(hub, "vault-tokens", HOME)}
    dynamodb.put_item(TableName=table, Item={**stored[account], "id": stored[name]["id"]})
    answer = mine.post("detokenise", {"purpose": PURPOSE, "tokens": [name]})
    assert refusal(answer) == (500, "INTERNAL_ERROR")
    assert not [each["value"] for each in values if each["value"] in answer.text]
    assert audited(hub, HOME, tokens=name, reason="corrupted")


@pytest.mark.attack(
    "putting one's own wrapped key in place of an erased subject's", refused="500 and no value: a tombstone holds"
)
def test_no_value_is_given_when_an_erased_subject_gets_anothers_key(hub: Hub) -> None:
    subject, values = person()
    _, others = person()
    mine = VaultClient.of(hub, HOME)
    (token, _), _ = mine.tokenise(*values), mine.tokenise(*others)
    mine.post("erase", {"subject": subject})
    dynamodb, table = hub.aws("dynamodb", HOME), "twinrail-dev-vault-subjects"
    stored = items(hub, "vault-subjects", HOME)
    living = next(item for item in stored if "wrapped" in item)
    for erased in [item for item in stored if "erased_at" in item]:
        dynamodb.put_item(TableName=table, Item={"id": erased["id"], "wrapped": living["wrapped"]})
    answer = mine.post("detokenise", {"purpose": PURPOSE, "tokens": [token]})
    for erased in [item for item in stored if "erased_at" in item]:
        dynamodb.put_item(TableName=table, Item=erased)
    assert refusal(answer) == (500, "INTERNAL_ERROR")


@pytest.mark.attack(
    "draining the vault: one client asks in both Regions for as much as it can",
    refused="429 with Retry-After once the minute's allowance is used up, whichever Region is asked; on record",
)
def test_allowance_holds_in_both_regions_together_when_it_is_used_up(hub: Hub) -> None:
    guesses = [f"tok_phone_1_{'a' * 30}{first}{second}" for first in "abcde" for second in "abcdefghij"]
    clients = [VaultClient.of(hub, region, ADVERSARY) for region in (HOME, AWAY)]
    answers = [clients[turn % 2].post("detokenise", {"purpose": PURPOSE, "tokens": guesses}) for turn in range(30)]
    given = [each for each in answers if each.status_code == 200]
    refused = [each for each in answers if each.status_code == 429]
    # 600 values in a minute are 12 such requests; a minute may end on the way.
    assert len(given) <= 24
    assert len(given) + len(refused) == 30
    assert {refusal(each) for each in refused} == {(429, "ALLOWANCE_USED_UP")}
    assert all(1 <= int(each.headers["Retry-After"]) <= 60 for each in refused)
    assert any(audited(hub, region, reason="allowance used up") for region in (HOME, AWAY))
