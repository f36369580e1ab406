"""How the attempts speak to the hub: as no client of good will would, down to the bytes on the wire."""

from __future__ import annotations

import base64
import json
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.traffic.client import HubClient
    from tests.integration.conftest import Hub

XML = "application/xml"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an answer in the API's own form."""
    document = answer.json()
    assert set(document) == {"error", "request_id"}
    return answer.status_code, str(document["error"]["code"])


def send(hub: Hub, client: HubClient, method: str, path: str, **options: Any) -> httpx.Response:
    """A request with the client's own token, unless the headers name another."""
    headers = {"Authorization": f"Bearer {client.token()}", **options.pop("headers", {})}
    return hub.http.request(method, f"{client.endpoint.api}{path}", headers=headers, **options)


def send_raw(client: HubClient, method: str, path: str, *lines: bytes, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of a request whose header lines are sent as they are: HTTP clients refuse to write such ones."""
    api = urlsplit(client.endpoint.api)
    head = (
        f"{method} {api.path}{path} HTTP/1.1\r\nHost: {api.netloc}\r\nConnection: close\r\n"
        f"Authorization: Bearer {client.token()}\r\nContent-Length: {len(body)}\r\n"
    ).encode()
    with socket.create_connection((str(api.hostname), int(api.port or 80)), timeout=30) as wire:
        wire.sendall(head + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body)
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    status_line, _, rest = answer.partition(b"\r\n")
    return int(status_line.split()[1]), rest.partition(b"\r\n\r\n")[2]


def token_for(hub: Hub, client: HubClient, scope: str, secret: str | None = None) -> httpx.Response:
    """What the token endpoint answers."""
    endpoint = client.endpoint
    return hub.http.post(
        f"{endpoint.auth}/oauth2/token",
        auth=(endpoint.client_id, endpoint.client_secret if secret is None else secret),
        data={"grant_type": "client_credentials", "scope": scope},
    )


def bearer(token: str) -> dict[str, dict[str, str]]:
    """Options of a request with this token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def decoded(part: str) -> dict[str, Any]:
    """A part of a JSON Web Token."""
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def encoded(document: Mapping[str, object] | bytes) -> str:
    """The same, the other way."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


OF_PAYMENTS = frozenset({"transaction", "intake", "outgoing"})
"""The functions behind the API of payments."""


@contextmanager
def called(hub: Hub, functions: frozenset[str] = OF_PAYMENTS) -> Iterator[list[tuple[str, str, int]]]:
    """Fills a list with what functions called meanwhile: service, operation and how often. No time is in it."""
    calls: list[tuple[str, str, int]] = []
    before = _counts(hub, functions)
    yield calls
    after = _counts(hub, functions)
    calls += [(*key, count - before.get(key, 0)) for key, count in after.items() if count > before.get(key, 0)]


def _counts(hub: Hub, functions: frozenset[str]) -> dict[tuple[str, str], int]:
    page = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/calls").raise_for_status().json()["calls"]
    counts: dict[tuple[str, str], int] = {}
    for call in page:
        if call["function"] in functions:
            key = (call["service"], call["operation"])
            counts[key] = counts.get(key, 0) + call["count"]
    return dict(sorted(counts.items()))


def log_lines(hub: Hub, region: str, function: str) -> list[str]:
    """Every line that a function of a Region wrote."""
    pages = (
        hub.aws("logs", region)
        .get_paginator("filter_log_events")
        .paginate(logGroupName=f"/aws/lambda/{hub.exports[f'dev-{region}']['function_names'][function]}")
    )
    return [str(event["message"]) for page in pages for event in page["events"]]
