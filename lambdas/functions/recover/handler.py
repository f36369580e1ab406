"""The function `recover`: ticks, from its own tick queue."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.audit_chain import audit_trail
from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.dynamodb_overdue import DynamoDBOverdueTransactions
from lambdas.adapters.dynamodb_regions import DynamoDBRegions
from lambdas.adapters.dynamodb_takeover import DynamoDBTakeovers
from lambdas.adapters.envelopes import kms_envelopes
from lambdas.adapters.environment import RecoverSettings
from lambdas.adapters.health_probes import region_probes
from lambdas.adapters.iso20022.codec import Iso20022Codec
from lambdas.adapters.ledger import function_ledger
from lambdas.adapters.logs import function_logger
from lambdas.adapters.s3 import payload_store
from lambdas.adapters.side_by_side import SideBySide
from lambdas.adapters.sns import SnsNotifier
from lambdas.adapters.sqs import SqsQueue, SqsTickQueue
from lambdas.adapters.system import SystemClock
from lambdas.adapters.ticks import TickConsumer, one_by_one
from lambdas.service.audit_takeovers import AuditTakeovers, audited
from lambdas.service.cancel_payments import CancelPayments
from lambdas.service.check_health import CheckHealth
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.decide_message import DecideMessage
from lambdas.service.end_cancelled import EndCancelled
from lambdas.service.follow_takeover import FollowTakeover
from lambdas.service.give_up import GiveUp
from lambdas.service.recover_region import RecoverRegion
from lambdas.service.release_answer import ReleaseAnswer
from lambdas.service.sweep_lost import SweepLost
from lambdas.service.take_over import TakeOver
from lambdas.service.tell_end import TellEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.adapters.invocation import Invocation
    from lambdas.adapters.ticks import Sweep
    from lambdas.core.documents import JsonValue
    from lambdas.core.recovery import RegionRecord
    from lambdas.service.ports import TransactionStore
    from lambdas.service.takeover_outcome import TakeoverOutcome

_LOGGER = function_logger()
_RESERVE_MS = 15_000
"""More than one transaction takes at its worst: six calls, a few of them tried again."""
CHECK_SECONDS = 3.0
"""For all checks of the own Region together, as in `health`."""


@functools.cache
def _compose() -> Sweep:
    settings = RecoverSettings.read(os.environ)
    region, function = settings.timeout.region, settings.timeout.function
    audit = AuditTakeovers(audit_trail(region, function, settings.audit_table), SystemClock(), _owe, region)

    def announce(taken: RegionRecord) -> None:
        _announce(taken)
        audit.led(taken)

    recover = RecoverRegion(
        DynamoDBRegions(clients.dynamodb(region, function), settings.leadership_table),
        CheckHealth(SideBySide(region_probes(settings.health), CHECK_SECONDS), region),
        SqsTickQueue(clients.sqs(region, function), settings.timeout.tick_queue_url),
        SystemClock(),
        _sweep(settings, audit),
        announce,
        settings.patience,
        region,
        settings.opposite_region,
    )
    return audited(recover, audit)


def _owe(count: int) -> None:
    _LOGGER.critical("takeovers await the audit chain", extra={"events": count})


def _sweep(settings: RecoverSettings, audit: AuditTakeovers) -> SweepLost:
    region, function, table = settings.timeout.region, settings.timeout.function, settings.timeout.transactions_table
    transactions = DynamoDBTransactionStore(clients.dynamodb(region, function), table)
    takeovers = DynamoDBTakeovers(clients.dynamodb(region, function), table)
    notifier = SnsNotifier(clients.sns(region, function), settings.timeout.notification_topic_arn)
    follow = FollowTakeover(
        transactions,
        takeovers,
        SqsQueue(clients.sqs(region, function), settings.processing_queue_url),
        _give_up(settings, transactions, notifier),
        TellEnd(notifier, transactions),
        region,
    )
    take_over = TakeOver(transactions, takeovers, follow, SystemClock(), region)

    def noted(act: Callable[[str], TakeoverOutcome]) -> Callable[[str], TakeoverOutcome]:
        return functools.partial(audit.note, act)

    def take_over_one(transaction_id: str, lost: RegionRecord) -> None:
        one_by_one(_LOGGER, "taken over", noted(functools.partial(take_over, lost=lost)))(transaction_id)

    return SweepLost(
        DynamoDBOverdueTransactions(clients.dynamodb(region, function), table, settings.timeout.open_index),
        take_over_one,
        one_by_one(_LOGGER, "gone on with", noted(follow.listed)),
        region,
    )


def _give_up(settings: RecoverSettings, transactions: TransactionStore, notifier: SnsNotifier) -> GiveUp:
    region, function, clock = settings.timeout.region, settings.timeout.function, SystemClock()
    envelopes = kms_envelopes(region, function, settings.timeout.envelope_key_arn)
    payloads = payload_store(region, function, settings.timeout.payload_buckets, envelopes)
    codec = Iso20022Codec(namespace_policy=settings.timeout.namespace_policy)
    ledger = function_ledger(settings.timeout.ledger)
    end_cancelled = EndCancelled(transactions, payloads, codec, ledger, notifier, clock, region)
    complete = CompleteSettled(
        DecideMessage(payloads, codec, ledger, CancelPayments(transactions, ledger, end_cancelled)),
        ReleaseAnswer(transactions, payloads, ledger, notifier, clock, region, stays_listed=True),
    )
    return GiveUp(transactions, payloads, codec, ledger, notifier, clock, region, end_cancelled, complete)


def _announce(taken: RegionRecord) -> None:
    _LOGGER.critical(
        "took the lead for a lost Region",
        extra={"lost": taken.region, "generation": taken.generation, "last_heard": taken.beat.document()},
    )


def _region() -> str:
    return os.environ["AWS_REGION"]


def handle(
    event: Mapping[str, JsonValue],
    context: Invocation,
    compose: Callable[[], Sweep] = _compose,
    region: Callable[[], str] = _region,
) -> PartialItemFailureResponse:
    """Take one tick; event source mapping with ReportBatchItemFailures."""

    def time_is_left() -> bool:
        return context.get_remaining_time_in_millis() > _RESERVE_MS

    return TickConsumer(_LOGGER, region(), compose, time_is_left).consume(event)
