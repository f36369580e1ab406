"""Requests for tests, and applications that stand behind the gate."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulations.cloud.asgi import Message, Receive, Request, Scope, Send, read_body, send_bytes

CREDENTIAL = "AKIDEXAMPLE/20261122/eu-west-1/{service}/aws4_request"


def signature(service: str) -> str:
    """An Authorization header of Signature Version 4, for eu-west-1."""
    return f"AWS4-HMAC-SHA256 Credential={CREDENTIAL.format(service=service)}, SignedHeaders=host, Signature=abc"


def request(method: str, path: str, query: dict[str, str] | None = None, **headers: str) -> Request:
    """A request; `x_amz_target` stands for the header x-amz-target."""
    return Request(method, path, {name.replace("_", "-"): value for name, value in headers.items()}, query or {})


def scope(method: str, path: str, headers: dict[str, str] | None = None) -> Scope:
    """The ASGI scope of a request."""
    pairs = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": pairs}


@dataclass
class Exchange:
    """One call of an ASGI application: the body that it is given, and what it answers."""

    body: bytes = b""
    status: int = 0
    answer: bytes = b""

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            assert isinstance(message["status"], int)
            self.status = message["status"]
        else:
            assert isinstance(message["body"], bytes)
            self.answer += message["body"]


@dataclass
class Behind:
    """An application that answers 200 and notes the paths that it was asked for, and the bodies that came."""

    paths: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append(await read_body(receive))
        self.paths.append(str(scope["path"]))
        await send_bytes(send, 200, b"behind")
