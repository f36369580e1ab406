"""The function `incoming`: messages from the incoming queue."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import IncomingSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.s3 import payload_store
from lambdas.adapters.sqs import SqsQueue
from lambdas.adapters.sqs_batch import BatchConsumer, of_transaction
from lambdas.adapters.sqs_failures import SqsFailedMessages
from lambdas.adapters.system import SystemClock
from lambdas.core.messages import IncomingMessage
from lambdas.service.record_incoming import IncomingOutcome, RecordIncoming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue
    from lambdas.service.ports import Envelopes

_LOGGER = function_logger()


@functools.cache
def _settings() -> IncomingSettings:
    return IncomingSettings.read(os.environ)


@functools.cache
def _failures() -> FailedMessages:
    settings = _settings()
    return SqsFailedMessages(clients.sqs(settings.region, settings.function), settings.function, settings.source)


@functools.cache
def _envelopes() -> Envelopes:
    settings = _settings()
    return kms_envelopes(settings.region, settings.function, settings.envelope_key_arn)


@functools.cache
def _compose() -> RecordIncoming:
    settings = _settings()
    region, function = settings.region, settings.function
    return RecordIncoming(
        DynamoDBTransactionStore(clients.dynamodb(region, function), settings.transactions_table),
        payload_store(region, function, settings.payload_buckets, _envelopes()),
        SqsQueue(clients.sqs(region, function), settings.processing_queue_url),
        SystemClock(),
        region,
    )


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], RecordIncoming] = _compose,
    failures: Callable[[], FailedMessages] = _failures,
    envelopes: Callable[[], Envelopes] = _envelopes,
) -> PartialItemFailureResponse:
    """Take one batch; event source mapping with ReportBatchItemFailures."""

    def act(message: IncomingMessage) -> IncomingOutcome:
        return compose()(message)

    def parse(text: str) -> IncomingMessage:
        return IncomingMessage.from_json(text, envelopes().open)

    return BatchConsumer(_LOGGER, parse, act, failures, of_transaction).consume(event, context)
