"""The function `timeout`: ticks, from the tick queue."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.dynamodb_overdue import DynamoDBOverdueTransactions
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import TimeoutSettings
from lambdas.adapters.iso20022.codec import Iso20022Codec
from lambdas.adapters.ledger import function_ledger
from lambdas.adapters.logs import function_logger
from lambdas.adapters.s3 import payload_store
from lambdas.adapters.sns import SnsNotifier
from lambdas.adapters.sqs import SqsTickQueue
from lambdas.adapters.system import SystemClock
from lambdas.adapters.ticks import TickConsumer, one_by_one
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.complete_copies import CompleteCopies
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.decide_message import DecideMessage
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.reject_overdue import RejectOverdue
from lambdas.service.release_answer import ReleaseAnswer
from lambdas.service.sweep_overdue import SweepOverdue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.core.documents import JsonValue
    from lambdas.service.ports import PayloadStore, TransactionStore

_LOGGER = function_logger()
_RESERVE_MS = 15_000
"""More than one transaction takes at its worst: five calls, a few of them tried again."""


@functools.cache
def _compose() -> SweepOverdue:
    settings = TimeoutSettings.read(os.environ)
    region, function = settings.region, settings.function
    clock = SystemClock()
    transactions = DynamoDBTransactionStore(clients.dynamodb(region, function), settings.transactions_table)
    envelopes = kms_envelopes(region, function, settings.envelope_key_arn)
    payloads = payload_store(region, function, settings.payload_buckets, envelopes)
    return SweepOverdue(
        DynamoDBOverdueTransactions(
            clients.dynamodb(region, function), settings.transactions_table, settings.open_index
        ),
        SqsTickQueue(clients.sqs(region, function), settings.tick_queue_url),
        clock,
        one_by_one(_LOGGER, "overdue", _end_overdue(settings, transactions, payloads)),
        one_by_one(_LOGGER, "copy", CompleteCopies(transactions, payloads, clock)),
        region,
    )


def _end_overdue(settings: TimeoutSettings, transactions: TransactionStore, payloads: PayloadStore) -> RejectOverdue:
    region, function, clock = settings.region, settings.function, SystemClock()
    codec = Iso20022Codec(namespace_policy=settings.namespace_policy)
    ledger = function_ledger(settings.ledger)
    notifier = SnsNotifier(clients.sns(region, function), settings.notification_topic_arn)
    end_cancelled = EndCancelled(transactions, payloads, codec, ledger, notifier, clock, region)
    return RejectOverdue(
        transactions,
        payloads,
        codec,
        ledger,
        notifier,
        clock,
        region,
        end_cancelled,
        CompleteSettled(
            DecideMessage(payloads, codec, ledger, CancelPayments(transactions, ledger, end_cancelled)),
            ReleaseAnswer(transactions, payloads, ledger, notifier, clock, region, stays_listed=True),
        ),
    )


def _region() -> str:
    return os.environ["AWS_REGION"]


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], SweepOverdue] = _compose,
    region: Callable[[], str] = _region,
) -> PartialItemFailureResponse:
    """Take one tick; event source mapping with ReportBatchItemFailures."""

    def time_is_left() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVE_MS

    return TickConsumer(_LOGGER, region(), compose, time_is_left).consume(event)
