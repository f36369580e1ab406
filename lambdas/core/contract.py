"""What the API's own document (lambdas/api/openapi.json) promises, as the functions hold clients to it."""

import re
from dataclasses import dataclass

from lambdas.core.documents import Fields, MalformedDocument


@dataclass(frozen=True, slots=True)
class ApiContract:
    """Limits and forms of requests.

    transaction_id, message_type: patterns for the whole of a value. content_types: media types that a message may have,
    lower-case. max_body_bytes: of a message, as sent.
    """

    transaction_id: re.Pattern[str]
    message_type: re.Pattern[str]
    content_types: tuple[str, ...]
    max_body_bytes: int

    @classmethod
    def read(cls, text: str) -> "ApiContract":
        """From the OpenAPI document; raises MalformedDocument if a limit is not where it belongs."""
        document = Fields.parse(text, "openapi")
        schemas = document.section("components").section("schemas")
        request_body = document.section("paths").section("/messages").section("post").section("requestBody")
        return cls(
            transaction_id=_pattern(schemas.section("TransactionId")),
            message_type=_pattern(schemas.section("MessageType")),
            content_types=tuple(request_body.section("content").values),
            max_body_bytes=request_body.whole_number("x-twinrail-max-body-bytes"),
        )


def _pattern(schema: Fields) -> re.Pattern[str]:
    try:
        return re.compile(schema.text("pattern"))
    except re.error as error:
        raise MalformedDocument(f"{schema.place}.pattern: not a regular expression") from error
