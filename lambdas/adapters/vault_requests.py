"""What the vault's calls ask of their bodies: refused by field, rule and expectation, and never by what was found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters.api_gateway import ApiError, Detail, ErrorCode
from lambdas.core.vault.kinds import UnacceptableValue, ValueKind, normal_form
from lambdas.core.vault.records import Entry, Purpose
from lambdas.core.vault.tokens import SUBJECT_FORM, TOKEN_FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdas.adapters.api_gateway import ApiRequest

MAX_BODY_BYTES = 131_072
MAX_VALUES = 100
MAX_TOKENS = 50
_SUBJECT = "your own reference of the person: 1 to 64 letters, digits and . _ : -"
_ISSUED = "a token, as POST /vault/tokenise gave it"


@dataclass(frozen=True, slots=True)
class RevealRequest:
    """The body of POST /vault/detokenise."""

    purpose: Purpose
    tokens: tuple[str, ...]


def tokenise_request(request: ApiRequest) -> tuple[Entry, ...]:
    """The values to tokenise; raises ApiError."""
    values = _list(_body(request, {"values"}), "values", MAX_VALUES)
    return tuple(_entry(each, f"values[{place}]") for place, each in enumerate(values))


def detokenise_request(request: ApiRequest) -> RevealRequest:
    """The tokens, and what they are wanted for; raises ApiError."""
    body = _body(request, {"purpose", "tokens"})
    purpose = _choice(body, "", "purpose", Purpose)
    tokens = _list(body, "tokens", MAX_TOKENS)
    read = tuple(each for each in tokens if isinstance(each, str) and TOKEN_FORM.fullmatch(each))
    if len(read) != len(tokens):
        place = next(i for i, each in enumerate(tokens) if not (isinstance(each, str) and TOKEN_FORM.fullmatch(each)))
        raise _invalid(f"tokens[{place}]", _ISSUED)
    if len(set(read)) != len(read):
        raise _invalid("tokens", "each token once")
    return RevealRequest(Purpose(purpose), read)


def erase_request(request: ApiRequest) -> str:
    """The subject's reference; raises ApiError."""
    return _subject(_body(request, {"subject"}), "")


def _entry(value: object, place: str) -> Entry:
    fields = _object(value, place, {"kind", "value", "subject"})
    kind = ValueKind(_choice(fields, f"{place}.", "kind", ValueKind))
    clear = fields["value"]
    if not isinstance(clear, str):
        raise _invalid(f"{place}.value", "text")
    try:
        normal = normal_form(kind, clear)
    except UnacceptableValue as error:
        # `from None`: what was found is in the frames of the other, and goes nowhere.
        raise _invalid(f"{place}.value", str(error)) from None
    return Entry(kind, clear, normal, _subject(fields, f"{place}."))


def _subject(fields: Mapping[str, object], place: str) -> str:
    value = fields["subject"]
    if not isinstance(value, str) or not SUBJECT_FORM.fullmatch(value):
        raise _invalid(f"{place}subject", _SUBJECT)
    return value


def _choice(fields: Mapping[str, object], place: str, name: str, choices: type[ValueKind] | type[Purpose]) -> str:
    value = fields[name]
    allowed = [each.value for each in choices]
    if not isinstance(value, str) or value not in allowed:
        raise _invalid(f"{place}{name}", f"one of {', '.join(allowed)}")
    return value


def _list(fields: Mapping[str, object], name: str, most: int) -> list[object]:
    value = fields[name]
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise _invalid(name, f"a list of 1 to {most}")
    return value


def _body(request: ApiRequest, names: set[str]) -> Mapping[str, object]:
    media_type = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if media_type != "application/json":
        expected = Detail("header Content-Type", "application/json")
        raise ApiError(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body has no type that is taken.", expected)
    if len(request.body) > MAX_BODY_BYTES:
        expected = Detail("body", f"at most {MAX_BODY_BYTES} bytes")
        raise ApiError(413, ErrorCode.BODY_TOO_LARGE, "The body is too large.", expected)
    try:
        document = json.loads(request.body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _invalid("", "JSON in UTF-8, each key once") from None
    return _object(document, "", names)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a key that is there twice, one reader takes the first and another the last."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _object(value: object, place: str, names: set[str]) -> Mapping[str, object]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _invalid(place, f"an object of {', '.join(sorted(names))}, and nothing else")
    return value


def _invalid(place: str, expected: str) -> ApiError:
    where = f"body.{place}" if place else "body"
    return ApiError(400, ErrorCode.INVALID_REQUEST, "The body is not what the call takes.", Detail(where, expected))
