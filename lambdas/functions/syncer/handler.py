"""The function `syncer`: the Region's own payment events, from the syncing queue, to the opposite Region."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.environment import SyncerSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.sqs import SqsOppositeQueue
from lambdas.adapters.sqs_batch import BatchConsumer, of_transaction
from lambdas.adapters.sqs_failures import SqsFailedMessages
from lambdas.core.events import PaymentEvent
from lambdas.service.sync_event import SyncEvent, SyncingOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue

_LOGGER = function_logger()


@functools.cache
def _settings() -> SyncerSettings:
    return SyncerSettings.read(os.environ)


@functools.cache
def _failures() -> FailedMessages:
    settings = _settings()
    return SqsFailedMessages(clients.sqs(settings.region, settings.function), settings.function, settings.source)


@functools.cache
def _compose() -> SyncEvent:
    settings = _settings()
    opposite = clients.sqs(settings.opposite_region, settings.function)
    return SyncEvent(SqsOppositeQueue(opposite, settings.opposite_queue_url), settings.region)


def _region() -> str:
    return os.environ["AWS_REGION"]


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], SyncEvent] = _compose,
    failures: Callable[[], FailedMessages] = _failures,
    region: Callable[[], str] = _region,
) -> PartialItemFailureResponse:
    """Take one batch; event source mapping with ReportBatchItemFailures."""

    def parse(body: str) -> PaymentEvent:
        return PaymentEvent.from_json(body, region())

    def act(message: PaymentEvent) -> SyncingOutcome:
        return compose()(message)

    return BatchConsumer(_LOGGER, parse, act, failures, of_transaction, ordered=False).consume(event, context)
