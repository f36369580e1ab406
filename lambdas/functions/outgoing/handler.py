"""The function `outgoing`: GET /messages."""

import functools
import os
from collections.abc import Callable, Mapping

from lambdas.adapters import clients
from lambdas.adapters.api_contract import api_contract
from lambdas.adapters.api_gateway import ApiReply, ApiRequest
from lambdas.adapters.api_requests import JSON, RequestReader
from lambdas.adapters.api_server import ApiClients, serve
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import OutgoingSettings
from lambdas.adapters.iso20022.codec import Iso20022Codec
from lambdas.adapters.logs import function_logger
from lambdas.adapters.s3 import payload_store
from lambdas.adapters.transaction_replies import not_found, still_open_reply
from lambdas.core.documents import JsonValue
from lambdas.core.iso20022.assessment import NamespacePolicy
from lambdas.service.ports import AnswerCodec
from lambdas.service.read_answer import ReadAnswer, StillOpen
from lambdas.service.read_transaction import NotFound

_LOGGER = function_logger()
UseCase = tuple[ReadAnswer, AnswerCodec]


@functools.cache
def _settings() -> OutgoingSettings:
    return OutgoingSettings.read(os.environ)


def _api_clients() -> Mapping[str, str]:
    return _settings().api_clients


@functools.cache
def _compose() -> UseCase:
    settings = _settings()
    store = DynamoDBTransactionStore(clients.dynamodb(settings.region, settings.function), settings.transactions_table)
    envelopes = kms_envelopes(settings.region, settings.function, settings.envelope_key_arn)
    payloads = payload_store(settings.region, settings.function, settings.payload_buckets, envelopes)
    return ReadAnswer(store, payloads), Iso20022Codec(namespace_policy=NamespacePolicy.STRICT)


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], UseCase] = _compose,
    api_clients: ApiClients = _api_clients,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def read_one(request: ApiRequest) -> ApiReply:
        reader = RequestReader(api_contract())
        transaction_id, media_type = reader.transaction_id(request), reader.answer_type(request)
        read_answer, codec = compose()
        outcome = read_answer(participant=request.participant, transaction_id=transaction_id)
        if isinstance(outcome, NotFound):
            raise not_found(transaction_id)
        if isinstance(outcome, StillOpen):
            return still_open_reply(transaction_id, outcome)
        body = codec.to_json(outcome.xml) if media_type == JSON else outcome.xml
        return ApiReply(200, body.decode("utf-8"), media_type, {"transaction_id": transaction_id})

    return serve(event, _LOGGER, api_clients, {"GET /messages": read_one})
