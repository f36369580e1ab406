"""API Gateway's proxy events (payload format 1.0) as requests, and replies as it wants them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from lambdas.core.documents import Fields, JsonValue, MalformedDocument

SINGLE_HEADERS = frozenset({"content-type", "x-consistency", "x-message-type", "x-on-failover", "x-transaction-id"})
"""Those of which a request has one value, or none."""


class ErrorCode(StrEnum):
    """The `code` of an error answer."""

    INVALID_REQUEST = "INVALID_REQUEST"
    INVALID_TRANSACTION_ID = "INVALID_TRANSACTION_ID"
    INVALID_MESSAGE_TYPE = "INVALID_MESSAGE_TYPE"
    INVALID_ON_FAILOVER = "INVALID_ON_FAILOVER"
    INVALID_CONSISTENCY = "INVALID_CONSISTENCY"
    EMPTY_BODY = "EMPTY_BODY"
    SUBJECT_ERASED = "SUBJECT_ERASED"
    ALLOWANCE_USED_UP = "ALLOWANCE_USED_UP"
    UNAUTHORIZED = "UNAUTHORIZED"
    ACCESS_DENIED = "ACCESS_DENIED"
    NOT_FOUND = "NOT_FOUND"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong with a request: where, and what was expected there. Never what was found."""

    where: str
    expected: str


class ApiError(Exception):
    """A request that is answered with an error; `logged` goes into the request's log line."""

    def __init__(
        self,
        status: int,
        code: ErrorCode,
        message: str,
        *details: Detail,
        logged: Mapping[str, JsonValue] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.logged = logged
        self.headers = headers


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """An authorised request. route: `POST /messages`; header names in lower case; body: the bytes as they were sent.

    participant: who calls, by the registered name, which is the same in every Region.
    """

    route: str
    request_id: str
    participant: str
    headers: Mapping[str, str]
    path_parameters: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What to answer; `logged` goes into the request's log line."""

    status: int
    body: str
    content_type: str = "application/json"
    logged: Mapping[str, JsonValue] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def request_id(event: Mapping[str, JsonValue]) -> str:
    """API Gateway's id of the request, which the client sees too; `unknown` in an event that has none."""
    try:
        return Fields(event, "event").section("requestContext").text("requestId")
    except MalformedDocument:
        return "unknown"


def read_request(event: Mapping[str, JsonValue], api_clients: Mapping[str, str]) -> ApiRequest:
    """The request, of one of this Region's API clients: app client id to registered name.

    Raises ApiError 401 where no client is named and 403 where an unknown one is (fail closed), 400 where the body's
    encoding is broken.
    """
    fields = Fields(event, "event")
    return ApiRequest(
        route=f"{fields.text('httpMethod')} {fields.text('resource')}",
        request_id=request_id(event),
        participant=_participant(_client_id(fields), api_clients),
        headers=_headers(fields),
        path_parameters=_texts(fields, "pathParameters"),
        body=_body(fields),
    )


def json_reply(status: int, document: Mapping[str, JsonValue], /, **logged: JsonValue) -> ApiReply:
    """A JSON answer."""
    return ApiReply(status, json.dumps(document, ensure_ascii=False), logged=logged)


def error_reply(error: ApiError, request_id: str) -> ApiReply:
    """The one form of every error."""
    details: list[JsonValue] = [{"where": each.where, "expected": each.expected} for each in error.details]
    reply = json_reply(
        error.status,
        {
            "error": {"code": error.code, "message": error.message, "details": details},
            "request_id": request_id,
        },
        error_code=error.code,
        **error.logged,
    )
    return replace(reply, headers=error.headers)


def proxy_response(reply: ApiReply) -> dict[str, JsonValue]:
    """The form API Gateway takes. Answers hold payment data: no cache may keep them."""
    return {
        "statusCode": reply.status,
        "headers": {"Content-Type": reply.content_type, "Cache-Control": "no-store", **reply.headers},
        "body": reply.body,
        "isBase64Encoded": False,
    }


def _client_id(event: Fields) -> str:
    # The claim is Cognito's, checked by the authorizer. Without it nobody's transactions may be touched.
    try:
        return event.section("requestContext").section("authorizer").section("claims").text("client_id")
    except MalformedDocument as error:
        raise ApiError(401, ErrorCode.UNAUTHORIZED, "The request names no client.") from error


def _participant(client_id: str, api_clients: Mapping[str, str]) -> str:
    name = api_clients.get(client_id)
    if name is None:
        # A client of the Region's pool that no deployment registered. Whose transactions it could see is not known.
        raise ApiError(
            403,
            ErrorCode.ACCESS_DENIED,
            "The client is not registered.",
            logged={"client_id": client_id},
        )
    return name


def _headers(event: Fields) -> dict[str, str]:
    """By name in lower case.

    Of what is repeated API Gateway hands over the last; whoever looked at the request before may have read the first.
    """
    repeated = event.section_or_none("multiValueHeaders")
    values: dict[str, set[str]] = {}
    for name, given in ({} if repeated is None else repeated.values).items():
        values.setdefault(name.lower(), set()).update(map(str, given if isinstance(given, list) else ()))
    for name in sorted(SINGLE_HEADERS & values.keys()):
        if len(values[name]) > 1:
            expected = Detail(f"header {name}", "one value")
            raise ApiError(400, ErrorCode.INVALID_REQUEST, "A header has more than one value.", expected)
    return {name.lower(): value.strip() for name, value in _texts(event, "headers").items()}


def _texts(event: Fields, name: str) -> dict[str, str]:
    values = event.section_or_none(name)
    return {} if values is None else {key: value for key, value in values.values.items() if isinstance(value, str)}


def _body(event: Fields) -> bytes:
    text = event.text_or_none("body")
    if text is None:
        return b""
    if event.values.get("isBase64Encoded") is not True:
        return text.encode("utf-8", errors="surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(400, ErrorCode.INVALID_REQUEST, "The body's encoding is broken.") from error
