"""The function `processing`: messages from the processing queue."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import ProcessingSettings
from lambdas.adapters.iso20022.codec import Iso20022Codec
from lambdas.adapters.ledger import function_ledger
from lambdas.adapters.logs import function_logger
from lambdas.adapters.s3 import payload_store
from lambdas.adapters.sns import SnsNotifier
from lambdas.adapters.sqs import SqsQueue
from lambdas.adapters.sqs_batch import BatchConsumer, of_transaction
from lambdas.adapters.sqs_failures import SqsFailedMessages
from lambdas.adapters.system import SystemClock
from lambdas.core.messages import ProcessingMessage
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.decide_message import DecideMessage
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.process_message import ProcessingOutcome, ProcessMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue

_LOGGER = function_logger()


@functools.cache
def _settings() -> ProcessingSettings:
    return ProcessingSettings.read(os.environ)


@functools.cache
def _failures() -> FailedMessages:
    settings = _settings()
    return SqsFailedMessages(clients.sqs(settings.region, settings.function), settings.function, settings.source)


@functools.cache
def _compose() -> ProcessMessage:
    settings = _settings()
    region, function = settings.region, settings.function
    transactions = DynamoDBTransactionStore(clients.dynamodb(region, function), settings.transactions_table)
    envelopes = kms_envelopes(region, function, settings.envelope_key_arn)
    payloads = payload_store(region, function, settings.payload_buckets, envelopes)
    codec = Iso20022Codec(namespace_policy=settings.namespace_policy)
    ledger, clock = function_ledger(settings.ledger), SystemClock()
    notifier = SnsNotifier(clients.sns(region, function), settings.notification_topic_arn)
    end_cancelled = EndCancelled(transactions, payloads, codec, ledger, notifier, clock, region)
    return ProcessMessage(
        transactions,
        DecideMessage(payloads, codec, ledger, CancelPayments(transactions, ledger, end_cancelled)),
        SqsQueue(clients.sqs(region, function), settings.releasing_queue_url),
        envelopes,
        clock,
        region,
        settings.deadlines,
    )


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], ProcessMessage] = _compose,
    failures: Callable[[], FailedMessages] = _failures,
) -> PartialItemFailureResponse:
    """Take one batch; event source mapping with ReportBatchItemFailures."""

    def act(message: ProcessingMessage) -> ProcessingOutcome:
        return compose()(message)

    return BatchConsumer(_LOGGER, ProcessingMessage.from_json, act, failures, of_transaction).consume(event, context)
