"""The function `custody`: what others changed, from the queue of changes, to the audit chain."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.audit_chain import audit_trail
from lambdas.adapters.environment import CustodySettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.sqs_batch import BatchConsumer
from lambdas.adapters.sqs_failures import SqsFailedMessages
from lambdas.core.audit.change import ObservedChange
from lambdas.service.record_change import RecordChange, RecordingOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.sqs_failures import FailedMessages
    from lambdas.core.documents import JsonValue

_LOGGER = function_logger()


@functools.cache
def _settings() -> CustodySettings:
    return CustodySettings.read(os.environ)


@functools.cache
def _failures() -> FailedMessages:
    settings = _settings()
    return SqsFailedMessages(clients.sqs(settings.region, settings.function), settings.function, settings.source)


@functools.cache
def _compose() -> RecordChange:
    settings = _settings()
    return RecordChange(audit_trail(settings.region, settings.function, settings.audit_table))


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], RecordChange] = _compose,
    failures: Callable[[], FailedMessages] = _failures,
) -> PartialItemFailureResponse:
    """Take one batch; event source mapping with ReportBatchItemFailures."""

    def act(message: ObservedChange) -> RecordingOutcome:
        return compose()(message)

    consumer = BatchConsumer(_LOGGER, ObservedChange.from_json, act, failures, ObservedChange.about, ordered=False)
    return consumer.consume(event, context)
