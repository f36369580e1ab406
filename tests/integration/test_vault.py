"""The vault of the deployed hub, over HTTP: what one Region tokenises the other gives back, and neither once erased."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.traffic.client import HubClient

if TYPE_CHECKING:
    import httpx

    from tests.integration.conftest import Hub

HOME, AWAY = "eu-west-1", "eu-west-2"
SCOPES = "vault/tokenise vault/detokenise vault/erase"
PURPOSE = "investigation"


@dataclass(frozen=True)
class VaultClient:
    """A participant's client of one Region's vault."""

    hub: Hub
    client: HubClient
    token: str

    @classmethod
    def of(cls, hub: Hub, region: str, name: str = "participant-a", scopes: str = SCOPES) -> VaultClient:
        client = hub.client(region, name)
        endpoint = client.endpoint
        answer = hub.http.post(
            f"{endpoint.auth}/oauth2/token",
            auth=(endpoint.client_id, endpoint.client_secret),
            data={"grant_type": "client_credentials", "scope": scopes},
        )
        answer.raise_for_status()
        return cls(hub, client, answer.json()["access_token"])

    def post(self, call: str, body: object, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        return self.hub.http.post(f"{self.client.endpoint.api}/vault/{call}", content=content, headers=told)

    def tokenise(self, *values: dict[str, str]) -> list[str]:
        answer = self.post("tokenise", {"values": list(values)})
        assert answer.status_code == 200, answer.text
        tokens: list[str] = answer.json()["tokens"]
        return tokens

    def detokenise(self, *tokens: str) -> list[dict[str, str]]:
        answer = self.post("detokenise", {"purpose": PURPOSE, "tokens": list(tokens)})
        assert answer.status_code == 200, answer.text
        values: list[dict[str, str]] = answer.json()["values"]
        return values


def person() -> tuple[str, list[dict[str, str]]]:
    """A subject that no other test knows, and two of its values."""
    number = random.SystemRandom().randrange(10**12)
    subject = f"customer-{number}"
    return subject, [
        {"kind": "name", "value": f"Zoë Nummer{number}", "subject": subject},
        {"kind": "account", "value": f"{number:012}", "subject": subject},
    ]


def items(hub: Hub, table: str, region: str) -> list[dict[str, Any]]:
    pages = hub.aws("dynamodb", region).get_paginator("scan").paginate(TableName=f"twinrail-dev-{table}")
    return [item for page in pages for item in page["Items"]]


def test_value_comes_back_in_the_other_region_when_one_tokenised_it(hub: Hub) -> None:
    _, values = person()
    home, away = VaultClient.of(hub, HOME), VaultClient.of(hub, AWAY)
    tokens = home.tokenise(*values)
    assert away.tokenise(*values) == tokens
    assert away.detokenise(*tokens) == [
        {"token": token, "status": "found", "value": each["value"]} for token, each in zip(tokens, values, strict=True)
    ]


def test_neither_region_gives_a_value_when_its_subject_is_erased_in_one(hub: Hub) -> None:
    subject, values = person()
    _, others = person()
    home, away = VaultClient.of(hub, HOME), VaultClient.of(hub, AWAY)
    tokens, kept = home.tokenise(*values), home.tokenise(*others)
    # Both have read it before: what they cache must not outlive the erasure.
    assert {each["status"] for each in (*home.detokenise(*tokens), *away.detokenise(*tokens))} == {"found"}
    erased = away.post("erase", {"subject": subject})
    assert erased.status_code == 200, erased.text
    assert erased.json()["status"] == "erased"
    for client in (home, away):
        assert client.detokenise(*tokens) == [{"token": token, "status": "erased"} for token in tokens]
        assert {each["status"] for each in client.detokenise(*kept)} == {"found"}
        again = client.post("tokenise", {"values": values})
        assert (again.status_code, again.json()["error"]["code"]) == (409, "SUBJECT_ERASED")
    assert home.post("erase", {"subject": subject}).json() == erased.json()
    for region in (HOME, AWAY):
        left = [item for item in items(hub, "vault-subjects", region) if "erased_at" in item]
        assert left
        assert not [item for item in left if "wrapped" in item]


def logged(hub: Hub, region: str) -> list[str]:
    """The lines of the vault's function."""
    pages = (
        hub.aws("logs", region)
        .get_paginator("filter_log_events")
        .paginate(logGroupName="/aws/lambda/twinrail-dev-vault")
    )
    return [str(event["message"]) for page in pages for event in page["events"]]


def test_nothing_at_rest_says_who_it_is_when_values_are_tokenised(hub: Hub) -> None:
    subject, values = person()
    VaultClient.of(hub, HOME).tokenise(*values)
    for region in (HOME, AWAY):
        stored = repr(items(hub, "vault-tokens", region) + items(hub, "vault-subjects", region))
        assert subject not in stored
        assert not [each["value"] for each in values if each["value"] in stored]
