"""`make bench-vault`: the vault of a fresh deployment over HTTP, then its cryptography alone."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from lambdas.adapters.encryption_sdk import SdkValueSeal
from lambdas.core.vault.kinds import ValueKind, normal_form
from lambdas.core.vault.tokens import token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from simulations.bench.probe import Probe
    from simulations.traffic.client import Endpoint

SCOPES = "vault/tokenise vault/detokenise"
BATCH = 50
WIDTH = 44


@dataclass(frozen=True, slots=True)
class _Run:
    """What a number of values took: the wall clock, and the function's calls by service."""

    values: int
    seconds: float
    kms: int
    dynamodb: int

    def line(self, label: str) -> str:
        rate = self.values / self.seconds
        calls = f"{self.kms / self.values:.3f} KMS, {self.dynamodb / self.values:.2f} DynamoDB calls a value"
        return f"{label:<{WIDTH}} {rate:>7.0f} values/s   {calls}"


def vault_lines(endpoint: Endpoint, http: httpx.Client, probe: Probe, *, values: int, seed: int) -> Iterator[str]:
    """Tokenise new values, the same again, and read them back, in batches of BATCH."""
    bearer = _bearer(endpoint, http)

    def post(call: str, body: object) -> dict[str, list[str]]:
        told = {"Authorization": f"Bearer {bearer}"}
        answer = http.post(f"{endpoint.api}/vault/{call}", json=body, headers=told).raise_for_status()
        document: dict[str, list[str]] = answer.json()
        return document

    post("tokenise", {"values": _people(random.Random(seed - 1), 1)})
    people = _people(random.Random(seed), values)
    batches = [people[first : first + BATCH] for first in range(0, values, BATCH)]
    tokens: list[list[str]] = []

    def tokenise() -> None:
        tokens[:] = [post("tokenise", {"values": each})["tokens"] for each in batches]

    yield _measured(probe, values, tokenise).line("tokenise, values and subjects all new")
    yield _measured(probe, values, tokenise).line("tokenise, the same again")
    asked = [{"purpose": "investigation", "tokens": each} for each in tokens]
    for label in ("detokenise, the first time in this process", "detokenise, data keys cached"):
        yield _measured(probe, values, lambda: [post("detokenise", each) for each in asked]).line(label)


def cryptography_lines(seconds: float) -> Iterator[str]:
    """One core, no calls: a token from a derived key; a value sealed, and opened, under its subject's key."""
    key, seal, value = secrets.token_bytes(32), SdkValueSeal(), "Zoe Strauss"
    token = token_of(key, ValueKind.NAME, 1, value)
    sealed = seal.seal(key, "participant-a", ValueKind.NAME, token, value)
    timed: Sequence[tuple[str, Callable[[], object]]] = (
        ("token of a value", lambda: token_of(key, ValueKind.NAME, 1, normal_form(ValueKind.NAME, value))),
        ("seal a value", lambda: seal.seal(key, "participant-a", ValueKind.NAME, token, value)),
        ("open a value", lambda: seal.unseal(key, "participant-a", ValueKind.NAME, token, sealed)),
    )
    for label, do in timed:
        count, began = 0, perf_counter()
        while perf_counter() - began < seconds:
            do()
            count += 1
        yield f"{label:<{WIDTH}} {count / (perf_counter() - began):>7.0f} a second"


def _measured(probe: Probe, values: int, work: Callable[[], object]) -> _Run:
    before, began = probe.read(), perf_counter()
    work()
    seconds = perf_counter() - began
    calls = probe.read().since(before).calls
    of = {
        name: sum(n for (function, service, _), n in calls.items() if (function, service) == ("vault", name))
        for name in ("kms", "dynamodb")
    }
    return _Run(values, seconds, of["kms"], of["dynamodb"])


def _people(randomness: random.Random, count: int) -> list[dict[str, str]]:
    numbers = [randomness.randrange(10**12) for _ in range(count)]
    return [{"kind": "account", "value": f"{each:012}", "subject": f"customer-{each}"} for each in numbers]


def _bearer(endpoint: Endpoint, http: httpx.Client) -> str:
    form = {"grant_type": "client_credentials", "scope": SCOPES}
    answer = http.post(f"{endpoint.auth}/oauth2/token", auth=(endpoint.client_id, endpoint.client_secret), data=form)
    return str(answer.raise_for_status().json()["access_token"])
