"""The function `publishing`: payment events of both Regions, from the Region's queue of them."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.dynamodb_events import DynamoDBPublishedEvents
from lambdas.adapters.environment import PublishingSettings
from lambdas.adapters.kafka import function_stream
from lambdas.adapters.logs import function_logger
from lambdas.adapters.sqs_batch import BatchConsumer, of_transaction
from lambdas.adapters.sqs_failures import SqsFailedMessages
from lambdas.adapters.system import SystemClock
from lambdas.core.events import PaymentEvent
from lambdas.service.publish_event import Lag, PublishEvent, PublishingOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue

_LOGGER = function_logger()


@functools.cache
def _settings() -> PublishingSettings:
    return PublishingSettings.read(os.environ)


@functools.cache
def _failures() -> FailedMessages:
    settings = _settings()
    return SqsFailedMessages(clients.sqs(settings.region, settings.function), settings.function, settings.source)


@functools.cache
def _compose() -> PublishEvent:
    settings = _settings()
    return PublishEvent(
        function_stream(settings.stream),
        DynamoDBPublishedEvents(clients.dynamodb(settings.region, settings.function), settings.published_events_table),
        SystemClock(),
        _measured,
    )


def _measured(lag: Lag) -> None:
    """One line for each event: what the metric of the lag is made of."""
    _LOGGER.info(
        "in the stream", extra={"event_id": lag.event.event_id, "origin": lag.event.origin, "lag_ms": lag.lag_ms}
    )


def _region() -> str:
    return os.environ["AWS_REGION"]


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], PublishEvent] = _compose,
    failures: Callable[[], FailedMessages] = _failures,
    region: Callable[[], str] = _region,
) -> PartialItemFailureResponse:
    """Take one batch; event source mapping with ReportBatchItemFailures."""

    def parse(body: str) -> PaymentEvent:
        return PaymentEvent.from_json(body, region())

    def act(message: PaymentEvent) -> PublishingOutcome:
        return compose()(message)

    return BatchConsumer(_LOGGER, parse, act, failures, of_transaction, ordered=False).consume(event, context)
