"""A client secret is exchanged while requests go on: none is refused, and the old secret is nobody's afterwards."""

from __future__ import annotations

import threading
from dataclasses import replace

import httpx
import pytest

from simulations.cloud.realisers.base import Cloud
from simulations.operations.client_secrets import PENDING, ClientSecret
from simulations.operations.errors import RotationRefused
from simulations.traffic.client import HubClient
from simulations.traffic.connections import ROOT_ACCOUNT, client_secret
from tests.integration.conftest import Hub

PARTICIPANT = "participant-b"
REQUESTS = 10


def secret_of(hub: Hub, region: str) -> ClientSecret:
    exports = hub.exports[f"dev-{region}"]
    known = exports["clients"][PARTICIPANT]
    cloud = Cloud(hub.status["aws_endpoint"], ROOT_ACCOUNT, region)
    return ClientSecret(cloud, PARTICIPANT, exports["user_pool_id"], known["client_id"], known["secret_arn"])


class SteadyClient:
    """A participant that reads its secret now and then, asks for a token with it, and opens a transaction."""

    def __init__(self, hub: Hub, region: str) -> None:
        self._hub, self._region = hub, region
        self._secret = hub.client(region, PARTICIPANT).endpoint.client_secret
        self._changed = threading.Condition()
        self._ended = False
        self.answered = 0
        self.refused: list[str] = []
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> SteadyClient:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ended = True
        self._thread.join(timeout=60)

    def await_more(self, count: int) -> None:
        with self._changed:
            wanted = self.answered + count
            assert self._changed.wait_for(lambda: self.answered >= wanted or self.refused, timeout=60)

    def read_secret_again(self) -> None:
        self._secret = self._hub.client(self._region, PARTICIPANT).endpoint.client_secret

    def _go_on(self) -> None:
        while not self._ended:
            # A client of its own each time: what is counted is whether the secret still gets a token.
            client = self._hub.client(self._region, PARTICIPANT)
            client = HubClient(replace(client.endpoint, client_secret=self._secret), self._hub.http)
            try:
                client.open_transaction()
            except Exception as error:  # noqa: BLE001
                self.refused.append(str(error))
            with self._changed:
                self.answered += 1
                self._changed.notify_all()


def test_no_request_is_refused_when_a_secret_is_exchanged(hub: Hub, region: str) -> None:
    secret, old = secret_of(hub, region), hub.client(region, PARTICIPANT).endpoint
    with SteadyClient(hub, region) as client:
        client.await_more(REQUESTS)
        secret.renew()
        # It has not heard of the new one yet.
        client.await_more(REQUESTS)
        client.read_secret_again()
        client.await_more(REQUESTS)
        secret.retire()
        client.await_more(REQUESTS)
    assert client.refused == []
    assert client.answered >= 4 * REQUESTS
    assert client_secret(hub.status["aws_endpoint"], region, secret.secret_arn) != old.client_secret
    assert token_status(hub, old.auth, old.client_id, old.client_secret) in {400, 401}


def token_status(hub: Hub, auth: str, client_id: str, shown: str) -> int:
    form = {"grant_type": "client_credentials", "scope": "payments/read"}
    answer: httpx.Response = hub.http.post(f"{auth}/oauth2/token", auth=(client_id, shown), data=form)
    return answer.status_code


def test_refused_when_the_steps_come_in_another_order(hub: Hub, region: str) -> None:
    secret = secret_of(hub, region)
    with pytest.raises(RotationRefused, match=f"{PARTICIPANT} in {region} has one secret; expected two"):
        secret.retire()
    secret.renew()
    with pytest.raises(RotationRefused, match=f"{PARTICIPANT} in {region} has two secrets; expected one"):
        secret.renew()
    secret.retire()


def test_exchange_goes_on_when_it_was_left_half_done(hub: Hub, region: str) -> None:
    """Whoever made the new secret died before Cognito had it, or before it was made the current one."""
    secret = secret_of(hub, region)
    pending = "b" * 64
    put = {"SecretId": secret.secret_arn, "SecretString": pending, "VersionStages": [PENDING]}
    secret.cloud.call("secretsmanager", "put_secret_value", **put)
    with pytest.raises(RotationRefused, match="not the current one yet"):
        secret.retire()
    secret.renew()
    assert client_secret(hub.status["aws_endpoint"], region, secret.secret_arn) == pending
    endpoint = hub.client(region, PARTICIPANT).endpoint
    assert token_status(hub, endpoint.auth, endpoint.client_id, pending) == 200
    secret.retire()
    assert token_status(hub, endpoint.auth, endpoint.client_id, pending) == 200
