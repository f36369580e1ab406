"""The vault's function: its answers, its log lines, and what it puts on record of what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.functions.vault.handler import handle
from lambdas.service.vault_ports import VaultUnavailable
from tests.unit.adapters.test_openapi import conforms
from tests.unit.functions.events import API_CLIENTS, REQUEST_ID, api_event
from tests.unit.service.fakes import PARTICIPANT
from tests.unit.service.vault_fakes import FakeVault

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = {"Content-Type": "application/json"}
VALUE = {"kind": "name", "value": "Zoë Strauß", "subject": "customer-1"}


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


def call(vault: FakeVault, name: str, body: object, headers: Mapping[str, str] = JSON) -> tuple[int, Any, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    event = api_event(f"POST /vault/{name}", headers=headers, body=text)
    answer: Any = handle(event, None, vault.region, lambda: API_CLIENTS)
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def test_answers_have_the_documented_form_when_all_is_well(vault: FakeVault, caplog: pytest.LogCaptureFixture) -> None:
    status, tokenised, _ = call(vault, "tokenise", {"values": [VALUE]})
    assert (status, conforms(tokenised, "Tokenised")) == (200, [])
    (token,) = tokenised["tokens"]
    asked = {"purpose": "investigation", "tokens": [token, token[:-4] + "aaaa"]}
    status, found, headers = call(vault, "detokenise", asked)
    assert (status, conforms(found, "Detokenised")) == (200, [])
    assert [each.get("value") for each in found["values"]] == ["Zoë Strauß", None]
    assert headers["Cache-Control"] == "no-store"
    status, erased, _ = call(vault, "erase", {"subject": "customer-1"})
    assert (status, conforms(erased, "Erased")) == (200, [])
    lines = [vars(each) for each in caplog.records]
    # What the metric filters read.
    assert [(line.get("detokenised"), line.get("denied")) for line in lines] == [(None, None), (1, 1), (None, None)]
    assert "Zoë" not in str(lines)
    assert "customer-1" not in str(lines)


def test_the_client_is_told_when_to_come_again_when_its_allowance_is_used_up(vault: FakeVault) -> None:
    vault.allowances.left = 0
    token = "tok_iban_1_" + "a" * 32
    status, body, headers = call(vault, "detokenise", {"purpose": "investigation", "tokens": [token]})
    assert (status, body["error"]["code"], headers["Retry-After"]) == (429, "ALLOWANCE_USED_UP", "45")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("detokenise", {"tokens": ["tok_iban_1_" + "a" * 32]}),
        ("detokenise", {"purpose": "curiosity", "tokens": ["tok_iban_1_" + "a" * 32]}),
        ("detokenise", {"purpose": "investigation", "tokens": ["DE89370400440532013000"]}),
        ("detokenise", "not json"),
        ("erase", {"subject": "Zoë Strauß"}),
    ],
)
def test_attempt_is_on_record_when_it_is_refused_for_its_form(vault: FakeVault, name: str, body: object) -> None:
    status, answer, _ = call(vault, name, body)
    assert (status, answer["error"]["code"]) == (400, "INVALID_REQUEST")
    assert answer["error"]["details"][0]["where"].startswith("body")
    told = {"request": REQUEST_ID, "operation": name, "reason": "INVALID_REQUEST"}
    assert vault.trail.told == [("denied", PARTICIPANT, told)]


def test_nothing_is_answered_when_the_chain_takes_nothing(vault: FakeVault) -> None:
    _, tokenised, _ = call(vault, "tokenise", {"values": [VALUE]})
    vault.trail.fails = True
    asked = {"purpose": "investigation", "tokens": tokenised["tokens"]}
    for name, body in (("detokenise", asked), ("detokenise", {}), ("erase", {"subject": "customer-1"})):
        status, answer, _ = call(vault, name, body)
        assert (status, answer["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert "Zoë" not in str(answer)


def test_the_value_is_named_when_its_subject_was_erased(vault: FakeVault) -> None:
    call(vault, "erase", {"subject": "customer-1"})
    status, answer, _ = call(vault, "tokenise", {"values": [{**VALUE, "subject": "customer-2"}, VALUE]})
    assert (status, answer["error"]["code"]) == (409, "SUBJECT_ERASED")
    assert [each["where"] for each in answer["error"]["details"]] == ["body.values[1].subject"]


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({**VALUE, "kind": "shoe size"}, "body.values[0].kind"),
        ({**VALUE, "kind": "iban"}, "body.values[0].value"),
        ({**VALUE, "value": 5}, "body.values[0].value"),
        ({**VALUE, "subject": ""}, "body.values[0].subject"),
        ({**VALUE, "tenant": "participant-b"}, "body.values[0]"),
        ("Zoë Strauß", "body.values[0]"),
    ],
)
def test_the_field_is_named_and_the_value_is_not_when_a_value_is_refused(
    vault: FakeVault, value: object, where: str
) -> None:
    status, answer, _ = call(vault, "tokenise", {"values": [value]})
    assert (status, answer["error"]["details"][0]["where"]) == (400, where)
    assert "Zoë" not in str(answer)
    assert "shoe" not in str(answer)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [("{}", {"Content-Type": "text/plain"}, 415), ("{}", {}, 415), (" " * 131_073, JSON, 413)],
)
def test_body_is_refused_when_it_is_too_large_or_of_another_type(
    vault: FakeVault, body: str, headers: dict[str, str], status: int
) -> None:
    assert call(vault, "tokenise", body, headers)[0] == status


def test_the_vault_is_unavailable_when_its_stores_are(vault: FakeVault, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise VaultUnavailable("the table did not give all")

    monkeypatch.setattr(vault.subjects, "find", unavailable)
    assert call(vault, "tokenise", {"values": [VALUE]})[0] == 503
