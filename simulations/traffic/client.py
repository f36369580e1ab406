"""A client of the hub's API, as a participant would write one: HTTP and nothing else.

Calls and answers: lambdas/api/openapi.json. Tokens: OAuth 2.0 client credentials (RFC 6749, section 4.4).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import httpx
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = "payments/write payments/read"
TERMINAL = frozenset({"ACSC", "RJCT", "CANC"})
TOKEN_MARGIN_SECONDS = 60.0
POLL_SECONDS = 0.1


class Consistency(StrEnum):
    """How many Regions must have a message before it is accepted: both, or the one that can be reached."""

    BOTH = "both"
    AVAILABLE = "available"


class ApiError(Exception):
    """The hub refused a call. Says what the hub said: status, code, message and details."""

    def __init__(self, status: int, code: str, message: str, details: tuple[str, ...] = ()) -> None:
        said = "; ".join((message, *details))
        super().__init__(f"HTTP {status} {code}: {said}")
        self.status = status
        self.code = code


class HubUnreachable(Exception):
    """No answer from the hub at all: nothing listens there, or the Region is gone."""


class NotEnded(Exception):
    """The transaction was still open when the caller's patience ended."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a Region's hub is, and as whom to speak to it. URLs have no trailing slash."""

    region: str
    api: str
    auth: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedTransaction:
    """What POST /transactions answered."""

    transaction_id: str
    status: str
    region: str
    deadline: str


def _refusal(response: httpx.Response) -> ApiError:
    try:
        error = response.json()["error"]
        details = tuple(item if isinstance(item, str) else json.dumps(item) for item in error.get("details", []))
        return ApiError(response.status_code, str(error["code"]), str(error["message"]), details)
    except (ValueError, KeyError, TypeError):
        return ApiError(response.status_code, "UNEXPECTED", "the answer is not in the hub's error form")


def open_http(*, timeout_seconds: float = 30.0) -> httpx.Client:
    """The connection pool to give to HubClient. Connecting (nothing sent yet) is tried again; a sent request never is.

    The environment's proxies are not asked: the embedded cloud is on loopback.
    """
    return httpx.Client(
        transport=httpx.HTTPTransport(retries=2, limits=httpx.Limits(max_connections=64)),
        timeout=timeout_seconds,
        trust_env=False,
    )


class HubClient:
    """Speaks to one Region's API. One instance per participant; safe to share between threads as httpx.Client is."""

    def __init__(self, endpoint: Endpoint, http: httpx.Client) -> None:
        self.endpoint = endpoint
        self._http = http
        self._token: tuple[str, float] | None = None

    def token(self) -> str:
        """A bearer token with the payment scopes, fetched again a minute before it expires."""
        if self._token is None or time.monotonic() >= self._token[1]:
            answer = self._send(
                "POST",
                f"{self.endpoint.auth}/oauth2/token",
                auth=(self.endpoint.client_id, self.endpoint.client_secret),
                data={"grant_type": "client_credentials", "scope": SCOPES},
            ).json()
            lifetime = float(answer["expires_in"]) - TOKEN_MARGIN_SECONDS
            self._token = (str(answer["access_token"]), time.monotonic() + lifetime)
        return self._token[0]

    def open_transaction(self, on_failover: str | None = None) -> OpenedTransaction:
        """POST /transactions: a new transaction in status ACCP. on_failover: `redrive` or `cancel`, or the default."""
        headers = None if on_failover is None else {"X-On-Failover": on_failover}
        answer = self._call("POST", "/transactions", headers=headers).json()
        return OpenedTransaction(
            str(answer["transaction_id"]), str(answer["status"]), str(answer["region"]), str(answer["deadline"])
        )

    def submit(
        self,
        transaction_id: str,
        body: bytes,
        *,
        content_type: str,
        message_type: str | None = None,
        consistency: str | None = None,
    ) -> None:
        """POST /messages: hand over the message of a transaction; 202 or ApiError."""
        headers = {"X-Transaction-Id": transaction_id, "Content-Type": content_type}
        if consistency is not None:
            headers["X-Consistency"] = consistency
        if message_type is not None:
            headers["X-Message-Type"] = message_type
        self._call("POST", "/messages", headers=headers, content=body)

    def answer(self, transaction_id: str, *, accept: str = "application/xml") -> bytes | None:
        """GET /messages: the answer message, None while the transaction is open."""
        response = self._call("GET", "/messages", headers={"X-Transaction-Id": transaction_id, "Accept": accept})
        return None if response.status_code == httpx.codes.ACCEPTED else response.content

    def transaction(self, transaction_id: str) -> dict[str, Any]:
        """GET /transactions/{id}: status, history, payments, as the API gives them."""
        view: dict[str, Any] = self._call("GET", f"/transactions/{transaction_id}").json()
        return view

    def await_end(self, transaction_id: str, *, patience_seconds: float) -> dict[str, Any]:
        """The transaction once it has ended.

        Raises:
            NotEnded: it was still open after `patience_seconds`.

        """

        def still_open(view: dict[str, Any]) -> bool:
            return view["status"] not in TERMINAL

        def give_up(_: object) -> dict[str, Any]:
            raise NotEnded(f"transaction {transaction_id} is still open after {patience_seconds:g} s")

        polling = Retrying(
            retry=retry_if_result(still_open),
            wait=wait_fixed(POLL_SECONDS),
            stop=stop_after_delay(patience_seconds),
            retry_error_callback=give_up,
        )
        view: dict[str, Any] = polling(self.transaction, transaction_id)
        return view

    def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> httpx.Response:
        authorised = {"Authorization": f"Bearer {self.token()}", **(headers or {})}
        return self._send(method, f"{self.endpoint.api}{path}", headers=authorised, content=content)

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, url, **options)
        except httpx.TransportError as error:
            raise HubUnreachable(f"{self.endpoint.region}: no answer from {url} ({type(error).__name__})") from error
        if response.is_error:
            raise _refusal(response)
        return response
