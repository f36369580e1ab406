"""The function `vault`: POST /vault/tokenise, /vault/detokenise and /vault/erase."""

import functools
import os
from collections.abc import Callable, Mapping
from typing import TypeVar

from lambdas.adapters.api_gateway import ApiError, ApiReply, ApiRequest
from lambdas.adapters.api_server import ApiClients, serve
from lambdas.adapters.audit_chain import audit_trail
from lambdas.adapters.environment import VaultSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.vault_composition import VaultUseCases, compose_vault
from lambdas.adapters.vault_replies import (
    allowance_used_up,
    erased_reply,
    revealed_reply,
    subjects_erased,
    tokens_reply,
)
from lambdas.adapters.vault_requests import detokenise_request, erase_request, tokenise_request
from lambdas.core.documents import JsonValue
from lambdas.service.detokenise import AllowanceUsedUp
from lambdas.service.tokenise import SubjectsErased
from lambdas.service.vault_audit import Asker

_LOGGER = function_logger()
_Asked = TypeVar("_Asked")


@functools.cache
def _settings() -> VaultSettings:
    return VaultSettings.read(os.environ)


def _api_clients() -> Mapping[str, str]:
    return _settings().api_clients


@functools.cache
def _compose() -> VaultUseCases:
    settings = _settings()
    return compose_vault(settings, audit_trail(settings.region, settings.function, settings.audit_table))


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], VaultUseCases] = _compose,
    api_clients: ApiClients = _api_clients,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def tokenise(request: ApiRequest) -> ApiReply:
        entries = tokenise_request(request)
        try:
            return tokens_reply(compose().tokenise(tenant=request.participant, entries=entries))
        except SubjectsErased as error:
            raise subjects_erased(error) from error

    def detokenise(request: ApiRequest) -> ApiReply:
        asked = _recorded(compose(), request, "detokenise", detokenise_request)
        try:
            revealed = compose().detokenise(asker=_asker(request), purpose=asked.purpose, tokens=asked.tokens)
        except AllowanceUsedUp as error:
            raise allowance_used_up(error, len(asked.tokens)) from error
        return revealed_reply(revealed)

    def erase(request: ApiRequest) -> ApiReply:
        subject = _recorded(compose(), request, "erase", erase_request)
        return erased_reply(subject, compose().erase(asker=_asker(request), subject=subject))

    routes = {"tokenise": tokenise, "detokenise": detokenise, "erase": erase}
    return serve(event, _LOGGER, api_clients, {f"POST /vault/{name}": answer for name, answer in routes.items()})


def _asker(request: ApiRequest) -> Asker:
    return Asker(request.participant, request.request_id)


def _recorded(
    vault: VaultUseCases, request: ApiRequest, operation: str, read: Callable[[ApiRequest], _Asked]
) -> _Asked:
    """What a request asks for. One that is refused for its form is a denied attempt too."""
    try:
        return read(request)
    except ApiError as error:
        vault.record.denied(_asker(request), operation, error.code)
        raise ApiError(error.status, error.code, error.message, *error.details, logged={"denied": 1}) from error
