"""The function `attest`: ticks, from its own tick queue."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.audit_chain import audit_trail
from lambdas.adapters.audit_heads import S3AuditHeads
from lambdas.adapters.audit_signer import KmsHeadSigner
from lambdas.adapters.environment import AttestSettings
from lambdas.adapters.logs import function_logger
from lambdas.adapters.system import SystemClock
from lambdas.adapters.ticks import TickConsumer
from lambdas.service.attest_chain import AttestChain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.core.audit.verify import Finding
    from lambdas.core.documents import JsonValue

_LOGGER = function_logger()
_RESERVE_MS = 30_000
"""More than a page of records, a signature and a head take where the opposite Region is slow."""


@functools.cache
def _compose() -> AttestChain:
    settings = AttestSettings.read(os.environ)
    region, function = settings.region, settings.function
    return AttestChain(
        audit_trail(region, function, settings.audit_table),
        S3AuditHeads(clients.s3(settings.opposite_region, function), settings.heads_bucket, region),
        KmsHeadSigner(clients.kms(region, function), settings.audit_key_arn),
        SystemClock(),
        _alarm,
        region,
    )


def _alarm(finding: Finding) -> None:
    # An alarm watches for this text: components/security/audit_alarm.py.
    _LOGGER.critical(
        "the audit chain does not verify",
        extra={"edit": finding.edit, "sequence": finding.sequence, "last": finding.last, "because": finding.because},
    )


def _region() -> str:
    return os.environ["AWS_REGION"]


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], AttestChain] = _compose,
    region: Callable[[], str] = _region,
) -> PartialItemFailureResponse:
    """Take one tick; event source mapping with ReportBatchItemFailures."""

    def time_is_left() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVE_MS

    return TickConsumer(_LOGGER, region(), compose, time_is_left).consume(event)
