"""The Asynchronous Server Gateway Interface, as far as the gate speaks it (asgi.readthedocs.io, HTTP, version 2.4)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TypeAlias, cast
from urllib.parse import parse_qsl

Scope: TypeAlias = MutableMapping[str, object]
Message: TypeAlias = MutableMapping[str, object]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """The head of an HTTP request. Header names are lower case; of what is repeated, the last one counts."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]


def request_head(scope: Scope) -> Request:
    """Method, path, headers and query of an `http` scope."""
    headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
    query = cast("bytes", scope.get("query_string", b"")).decode("latin-1")
    return Request(
        method=str(scope["method"]),
        path=str(scope["path"]),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in headers},
        query=dict(parse_qsl(query, keep_blank_values=True)),
    )


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(cast("bytes", message.get("body", b"")))
        more = bool(message.get("more_body", False))
    return b"".join(parts)


async def send_json(send: Send, status: int, document: object) -> None:
    """Answer with a JSON document."""
    await send_bytes(send, status, json.dumps(document).encode(), (b"application/json",))


async def send_bytes(send: Send, status: int, body: bytes, content_type: tuple[bytes, ...] = ()) -> None:
    """Answer with these bytes; an empty `content_type` sends none."""
    headers = [(b"content-length", str(len(body)).encode()), *((b"content-type", value) for value in content_type)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_head(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Answer with these headers."""
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def repeated(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read once more, and then what comes after it."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
