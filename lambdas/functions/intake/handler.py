"""The function `intake`: POST /messages."""

import functools
import os
from collections.abc import Callable, Mapping

from lambdas.adapters import clients
from lambdas.adapters.api_contract import api_contract
from lambdas.adapters.api_gateway import ApiReply, ApiRequest, json_reply
from lambdas.adapters.api_requests import RequestReader
from lambdas.adapters.api_server import ApiClients, serve
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import IntakeSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.sqs import SqsQueue
from lambdas.core.documents import JsonValue
from lambdas.service.accept_message import AcceptMessage

_LOGGER = function_logger()


@functools.cache
def _settings() -> IntakeSettings:
    return IntakeSettings.read(os.environ)


def _api_clients() -> Mapping[str, str]:
    return _settings().api_clients


@functools.cache
def _compose() -> AcceptMessage:
    settings = _settings()
    region, function = settings.region, settings.function
    return AcceptMessage(
        SqsQueue(clients.sqs(region, function), settings.incoming_queue_url),
        kms_envelopes(region, function, settings.envelope_key_arn),
    )


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], AcceptMessage] = _compose,
    api_clients: ApiClients = _api_clients,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def accept_one(request: ApiRequest) -> ApiReply:
        accepted = compose()(RequestReader(api_contract()).message(request))
        return json_reply(
            202,
            {"transaction_id": accepted.transaction_id, "sha256": accepted.sha256},
            transaction_id=accepted.transaction_id,
            sha256=accepted.sha256,
            body_bytes=len(request.body),
        )

    return serve(event, _LOGGER, api_clients, {"POST /messages": accept_one})
