"""What the vault's calls answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.adapters.api_gateway import ApiError, Detail, ErrorCode, json_reply
from lambdas.core.documents import JsonValue, instant_text
from lambdas.core.vault.records import TokenStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lambdas.adapters.api_gateway import ApiReply
    from lambdas.core.vault.records import Revealed
    from lambdas.service.detokenise import AllowanceUsedUp
    from lambdas.service.tokenise import SubjectsErased


def tokens_reply(tokens: Sequence[str]) -> ApiReply:
    """200, in the order asked."""
    return json_reply(200, {"tokens": list(tokens)}, tokenised=len(tokens))


def revealed_reply(revealed: Sequence[Revealed]) -> ApiReply:
    """200, in the order asked. The log line's counts feed the alarms."""
    found = sum(each.status is TokenStatus.FOUND for each in revealed)
    values: list[JsonValue] = [_document(each) for each in revealed]
    return json_reply(200, {"values": values}, detokenised=found, denied=len(revealed) - found)


def erased_reply(subject: str, at: datetime) -> ApiReply:
    """200, the same at every repetition."""
    return json_reply(200, {"subject": subject, "status": "erased", "erased_at": instant_text(at)}, erased=1)


def subjects_erased(error: SubjectsErased) -> ApiError:
    """409: which of the values given are of erased subjects."""
    expected = "a subject that was not erased"
    details = [Detail(f"body.values[{place}].subject", expected) for place in error.places]
    return ApiError(409, ErrorCode.SUBJECT_ERASED, "A subject was erased and takes no values.", *details)


def allowance_used_up(error: AllowanceUsedUp, count: int) -> ApiError:
    """429, with the seconds after which a new minute begins."""
    return ApiError(
        429,
        ErrorCode.ALLOWANCE_USED_UP,
        "No more values may be seen in this minute.",
        logged={"denied": count},
        headers={"Retry-After": str(error.retry_after_seconds)},
    )


def _document(revealed: Revealed) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {"token": revealed.token, "status": revealed.status}
    return document if revealed.value is None else document | {"value": revealed.value}
