"""Two secrets of one app client, as Amazon Cognito has had them since 2026 and MiniStack has not yet.

AddUserPoolClientSecret, ListUserPoolClientSecrets, DeleteUserPoolClientSecret: either secret gets a token; the last one
stays. Kept beside the client's own `ClientSecret`, which MiniStack compares with: it is one of them.
"""

from __future__ import annotations

import base64
import hmac
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from ministack.core.responses import error_response_json, json_response
from ministack.services import cognito

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 2
KEPT = "_twinrail_secrets"

_Client = dict[str, Any]


def keep_two_secrets() -> None:
    """Put the three operations beside MiniStack's own, and either secret in front of its token endpoint."""
    if hasattr(cognito._dispatch_idp, "__wrapped__"):
        return
    own, give_token = cognito._dispatch_idp, cognito._oauth2_token

    async def dispatch(action: str, data: dict[str, Any]) -> object:
        operation = _OPERATIONS.get(action)
        return await own(action, data) if operation is None else _of_client(operation, data)

    def oauth2_token(
        data: object, query: object, raw_body: bytes = b"", headers: dict[str, str] | None = None
    ) -> object:
        return give_token(data, query, raw_body, _with_first_secret(raw_body, headers or {}))

    dispatch.__wrapped__ = own  # type: ignore[attr-defined]
    cognito._dispatch_idp, cognito._oauth2_token = dispatch, oauth2_token


def _of_client(operation: Callable[[_Client, dict[str, Any]], object], data: dict[str, Any]) -> object:
    pool, error = cognito._resolve_pool(data.get("UserPoolId"))
    if error:
        return error
    client = pool["_clients"].get(data.get("ClientId"))
    if client is None:
        return _refuse("ResourceNotFoundException", "There is no such client.")
    return operation(client, data)


def _add(client: _Client, data: dict[str, Any]) -> object:
    kept, now_ms = _secrets(client), time.time_ns() // 1_000_000
    if len(kept) == MOST:
        return _refuse("LimitExceededException", f"A client has at most {MOST} secrets.")
    given = data.get("ClientSecret")
    made = _kept(client, given or cognito._client_secret(), now_ms)
    kept.append(made)
    return json_response({"ClientSecretDescriptor": _descriptor(made) | ({} if given else _value(made))})


def _list(client: _Client, _data: dict[str, Any]) -> object:
    return json_response({"ClientSecrets": [_descriptor(each) for each in _secrets(client)]})


def _delete(client: _Client, data: dict[str, Any]) -> object:
    kept = _secrets(client)
    left = [each for each in kept if each["id"] != data.get("ClientSecretId")]
    if len(left) == len(kept):
        return _refuse("ResourceNotFoundException", "The client has no such secret.")
    if not left:
        return _refuse("InvalidParameterException", "A client's last secret cannot be deleted.")
    client[KEPT], client["ClientSecret"] = left, left[0]["value"]
    return json_response({})


_OPERATIONS = {
    "AddUserPoolClientSecret": _add,
    "ListUserPoolClientSecrets": _list,
    "DeleteUserPoolClientSecret": _delete,
}


def _secrets(client: _Client) -> list[dict[str, Any]]:
    if KEPT not in client:
        client[KEPT] = [_kept(client, client["ClientSecret"], int(client["CreationDate"] * 1000))]
    secrets: list[dict[str, Any]] = client[KEPT]
    return secrets


def _kept(client: _Client, value: str, created_ms: int) -> dict[str, Any]:
    return {"id": f"{client['ClientId']}--{created_ms}", "value": value, "created": created_ms / 1000}


def _descriptor(secret: dict[str, Any]) -> dict[str, Any]:
    return {"ClientSecretId": secret["id"], "ClientSecretCreateDate": secret["created"]}


def _value(secret: dict[str, Any]) -> dict[str, Any]:
    return {"ClientSecretValue": secret["value"]}


def _refuse(code: str, message: str) -> object:
    return error_response_json(code, message, HTTPStatus.BAD_REQUEST)


def _with_first_secret(raw_body: bytes, headers: dict[str, str]) -> dict[str, str]:
    """Headers that show the secret MiniStack knows, where any of the client's own was shown."""
    form = {name: values[0] for name, values in parse_qs(raw_body.decode("utf-8", "replace")).items()}
    client_id, shown = cognito._authenticate_client(headers, form)
    client = cognito._find_pool_by_client_id(client_id)[2]
    if client is None or not any(hmac.compare_digest(shown, each["value"]) for each in client.get(KEPT, ())):
        return headers
    basic = base64.b64encode(f"{quote(client_id)}:{quote(client['ClientSecret'])}".encode()).decode()
    return {**headers, "authorization": f"Basic {basic}"}
