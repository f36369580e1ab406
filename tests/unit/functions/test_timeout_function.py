"""The function `timeout`, by the ticks that SQS sends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools import Logger

from lambdas.adapters.ticks import one_by_one
from lambdas.functions.timeout import handler as timeout
from lambdas.service.sweep_overdue import SweepOverdue
from tests.unit.functions.events import FakeInvocation, sqs_event
from tests.unit.service.fakes import REGION, START, FakeOverdue, FakeTicks, opened
from tests.unit.service.hub import Hub

if TYPE_CHECKING:
    from lambdas.core.documents import JsonValue
    from lambdas.service.outcome import Outcome

IDS = [f"00000000-0000-4000-8000-00000000000{index}" for index in range(4)]


def _hub() -> Hub:
    hub = Hub()
    for transaction_id in IDS:
        hub.open(replace(opened(transaction_id=transaction_id), deadline=START))
    hub.clock.moment = START + timedelta(hours=3)
    return hub


def _handle(hub: Hub, event: dict[str, JsonValue], context: FakeInvocation | None = None, failing: str = "") -> object:
    def reject(transaction_id: str) -> Outcome:
        if transaction_id == failing:
            raise ConnectionError
        return hub.time_out(transaction_id)

    logger = Logger(service="timeout")
    sweep = SweepOverdue(
        FakeOverdue(hub.transactions),
        FakeTicks(),
        hub.clock,
        one_by_one(logger, "overdue", reject),
        one_by_one(logger, "copy", hub.complete_copies),
        REGION,
    )
    return timeout.handle(event, context or FakeInvocation(), lambda: sweep, lambda: REGION)


def _ended(hub: Hub) -> list[bool]:
    return [hub.record(each).ended for each in IDS]


@pytest.mark.parametrize("tick", ["{}", '{"fan_out": true}'])
def test_everything_overdue_ends_when_a_tick_comes(tick: str) -> None:
    hub = _hub()
    assert _handle(hub, sqs_event(tick)) == {"batchItemFailures": []}
    assert _ended(hub) == [True] * 4


def test_the_others_end_when_one_fails() -> None:
    hub = _hub()
    assert _handle(hub, sqs_event("{}"), failing=IDS[1]) == {"batchItemFailures": []}
    assert _ended(hub) == [True, False, True, True]


def test_nothing_is_begun_when_the_invocation_is_about_to_end() -> None:
    hub = _hub()
    assert _handle(hub, sqs_event("{}"), FakeInvocation(left_ms=14_000)) == {"batchItemFailures": []}
    assert _ended(hub) == [False] * 4


def test_a_tick_is_dropped_when_it_makes_no_sense() -> None:
    assert _handle(_hub(), sqs_event("tick")) == {"batchItemFailures": []}


def test_a_tick_comes_again_when_the_function_is_not_set_up() -> None:
    def fail() -> SweepOverdue:
        raise RuntimeError

    answer = timeout.handle(sqs_event("{}", "{}"), FakeInvocation(), fail, lambda: REGION)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"Records": None}])
def test_nothing_happens_when_a_batch_is_empty(event: dict[str, JsonValue]) -> None:
    assert _handle(_hub(), event) == {"batchItemFailures": []}
