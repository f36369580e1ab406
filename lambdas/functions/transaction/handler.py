"""The function `transaction`: POST /transactions and GET /transactions/{id}."""

import functools
import os
from collections.abc import Callable, Mapping

from lambdas.adapters import clients
from lambdas.adapters.api_contract import api_contract
from lambdas.adapters.api_gateway import ApiReply, ApiRequest
from lambdas.adapters.api_requests import RequestReader
from lambdas.adapters.api_server import ApiClients, serve
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.environment import TransactionSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.system import RandomIds, SystemClock
from lambdas.adapters.transaction_replies import opened_reply, transaction_reply
from lambdas.core.documents import JsonValue
from lambdas.service.open_transaction import OpenTransaction
from lambdas.service.read_transaction import ReadTransaction

_LOGGER = function_logger()
UseCases = tuple[OpenTransaction, ReadTransaction]


@functools.cache
def _settings() -> TransactionSettings:
    return TransactionSettings.read(os.environ)


def _api_clients() -> Mapping[str, str]:
    return _settings().api_clients


@functools.cache
def _compose() -> UseCases:
    settings = _settings()
    store = DynamoDBTransactionStore(clients.dynamodb(settings.region, settings.function), settings.transactions_table)
    opening = OpenTransaction(store, SystemClock(), RandomIds(), settings.region, settings.deadline_seconds)
    return opening, ReadTransaction(store)


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], UseCases] = _compose,
    api_clients: ApiClients = _api_clients,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def open_one(request: ApiRequest) -> ApiReply:
        on_failover = RequestReader(api_contract()).on_failover(request)
        return opened_reply(compose()[0](participant=request.participant, on_failover=on_failover))

    def read_one(request: ApiRequest) -> ApiReply:
        transaction_id = RequestReader(api_contract()).transaction_id_of_path(request)
        found = compose()[1](participant=request.participant, transaction_id=transaction_id)
        return transaction_reply(transaction_id, found)

    return serve(event, _LOGGER, api_clients, {"POST /transactions": open_one, "GET /transactions/{id}": read_one})
