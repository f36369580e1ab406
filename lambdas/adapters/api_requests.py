"""What the API asks of a request's headers and body, by its own document (lambdas/api/openapi.json)."""

import re
from dataclasses import dataclass

from lambdas.adapters.api_gateway import ApiError, ApiRequest, Detail, ErrorCode
from lambdas.core.contract import ApiContract
from lambdas.core.durability import Consistency
from lambdas.core.lifecycle import FailoverChoice
from lambdas.core.messages import IncomingMessage

XML = "application/xml"
JSON = "application/json"

_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_TRANSACTION_ID_FORM = "a transaction id: a UUID version 4 in lower case, as POST /transactions gives it"


@dataclass(frozen=True, slots=True)
class RequestReader:
    """Reads typed values out of requests; each method raises ApiError where a request breaks the contract."""

    contract: ApiContract

    def transaction_id(self, request: ApiRequest) -> str:
        """Of the header X-Transaction-Id."""
        return self._checked_id(request.headers.get("x-transaction-id", ""), "header X-Transaction-Id")

    def transaction_id_of_path(self, request: ApiRequest) -> str:
        """Of the path /transactions/{id}."""
        return self._checked_id(request.path_parameters.get("id", ""), "path parameter id")

    def on_failover(self, request: ApiRequest) -> FailoverChoice:
        """Of the header X-On-Failover; `redrive` if it is absent."""
        value = request.headers.get("x-on-failover", FailoverChoice.REDRIVE)
        try:
            return FailoverChoice(value)
        except ValueError as error:
            expected = Detail("header X-On-Failover", " or ".join(FailoverChoice))
            raise ApiError(
                400, ErrorCode.INVALID_ON_FAILOVER, "The failover choice is not one of those there are.", expected
            ) from error

    def message(self, request: ApiRequest) -> IncomingMessage:
        """The ISO 20022 message of a POST /messages, as bytes: what they are is decided behind the queue."""
        transaction_id = self.transaction_id(request)
        content_type = self._content_type(request)
        message_type = self._message_type(request)
        consistency = self._consistency(request)
        limit = self.contract.max_body_bytes
        if len(request.body) > limit:
            expected = Detail("body", f"at most {limit} bytes")
            raise ApiError(413, ErrorCode.BODY_TOO_LARGE, "The message is too large.", expected)
        if not request.body:
            expected = Detail("body", "an ISO 20022 message")
            raise ApiError(400, ErrorCode.EMPTY_BODY, "The request has no body.", expected)
        return IncomingMessage(
            transaction_id, request.participant, content_type, message_type, request.body, consistency
        )

    def answer_type(self, request: ApiRequest) -> str:
        """The media type that the header Accept prefers: XML, or JSON; XML where it has no preference."""
        accept = request.headers.get("accept") or "*/*"
        # On a tie the range that names the type wins over a wildcard, then XML: `application/json, */*` asks for JSON.
        best = max((XML, JSON), key=lambda offered: _preference(accept, offered))
        if _preference(accept, best)[0] == 0:
            expected = Detail("header Accept", f"{XML} or {JSON}")
            raise ApiError(406, ErrorCode.NOT_ACCEPTABLE, "The answer has no such form.", expected)
        return best

    def _checked_id(self, value: str, where: str) -> str:
        if not self.contract.transaction_id.fullmatch(value):
            raise ApiError(
                400,
                ErrorCode.INVALID_TRANSACTION_ID,
                "The transaction id is missing or malformed.",
                Detail(where, _TRANSACTION_ID_FORM),
            )
        return value

    def _content_type(self, request: ApiRequest) -> str:
        media_type = _media_type(request.headers.get("content-type", ""))
        if media_type not in self.contract.content_types:
            expected = Detail("header Content-Type", " or ".join(self.contract.content_types))
            raise ApiError(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The message has no type that is taken.", expected)
        return media_type

    def _message_type(self, request: ApiRequest) -> str | None:
        value = request.headers.get("x-message-type")
        if value is None or self.contract.message_type.fullmatch(value):
            return value
        expected = Detail("header X-Message-Type", "a message definition such as pacs.008.001.08")
        raise ApiError(400, ErrorCode.INVALID_MESSAGE_TYPE, "The message type is malformed.", expected)

    def _consistency(self, request: ApiRequest) -> Consistency:
        try:
            return Consistency(request.headers.get("x-consistency", Consistency.BOTH))
        except ValueError as error:
            expected = Detail("header X-Consistency", " or ".join(Consistency))
            raise ApiError(
                400, ErrorCode.INVALID_CONSISTENCY, "The consistency is not one of those there are.", expected
            ) from error


def _media_type(value: str) -> str:
    """Without its parameters: an XML message declares its own encoding, and JSON has only one."""
    return value.split(";", 1)[0].strip().lower()


def _preference(accept: str, media_type: str) -> tuple[float, int]:
    """q-value and specificity of the most specific range of an Accept header that holds media_type; (0, 0) if none.

    RFC 9110, 12.5.1.
    """
    ranges = {"*/*": 1, f"{media_type.split('/', 1)[0]}/*": 2, media_type: 3}
    held = [(ranges[_media_type(each)], _weight(each)) for each in accept.split(",") if _media_type(each) in ranges]
    specificity, weight = max(held, default=(0, 0.0))
    return weight, specificity


def _weight(media_range: str) -> float:
    """The parameter q; 1 if there is none, 0 if it is none (RFC 9110, 12.4.2)."""
    for parameter in media_range.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return 1.0
