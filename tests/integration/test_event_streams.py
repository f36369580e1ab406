"""Both Regions' streams hold each payment event once, whichever Region it comes from, and after a stream was away."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from lambdas.adapters.dynamodb_events import CLAIM_SECONDS, DynamoDBPublishedEvents
from lambdas.service.ports import Claim
from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.gate_client import GateClient
from simulations.operations.event_streams import StreamReport, compare, read_streams
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import await_truth, settle

PaymentMaker = Callable[[], bytes]


def _exports(hub: Hub) -> dict[str, dict[str, object]]:
    return {region: hub.exports[f"dev-{region}"] for region in REGIONS}


def _report(hub: Hub, ids: set[str]) -> StreamReport:
    streams = read_streams(_exports(hub))
    return compare({region: [e for e in events if e.event_id in ids] for region, events in streams.items()}, ids)


def _settled(hub: Hub, region: str, payment: PaymentMaker) -> str:
    view = settle(hub, region, payment())
    assert view["status"] == "ACSC"
    return f"{view['transaction_id']}:ACSC"


def _waiting(hub: Hub, region: str) -> int:
    """How many events the Region's queue of them holds, in a function's hands or not."""
    url = hub.exports[f"dev-{region}"]["queue_urls"]["payment-events"]
    counts = hub.aws("sqs", region).get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    return sum(int(count) for count in counts.values())


@contextmanager
def _cut(hub: Hub, region: str) -> Iterator[None]:
    gate, down = GateClient(hub.status["aws_endpoint"]), Fault(region, FaultKind.STREAM)
    gate.inject(down)
    try:
        yield
    finally:
        gate.heal(down)


def test_each_event_is_in_both_streams_once_when_payments_settle_in_both_regions(
    hub: Hub, payment: PaymentMaker
) -> None:
    told = {_settled(hub, region, payment): region for region in REGIONS for _ in range(3)}
    await_truth(lambda: _report(hub, set(told)).complete)
    for region, events in read_streams(_exports(hub)).items():
        origins = {event.event_id: event.origin for event in events if event.event_id in told}
        assert origins == told, region
    report = _report(hub, set(told))
    assert report.counts == dict.fromkeys(REGIONS, 6)
    assert set(report.lags_ms) == {(stream, origin) for stream in REGIONS for origin in REGIONS}
    assert all(lag >= 0 for lags in report.lags_ms.values() for lag in lags)


@pytest.mark.parametrize("away", REGIONS)
def test_events_wait_and_arrive_once_when_a_stream_was_away(hub: Hub, payment: PaymentMaker, away: str) -> None:
    other = next(region for region in REGIONS if region != away)
    with _cut(hub, away):
        told = {_settled(hub, region, payment) for region in REGIONS}
        # The other Region's stream does not wait for it.
        there = {other: _exports(hub)[other]}
        await_truth(lambda: told <= {event.event_id for event in read_streams(there)[other]})
        await_truth(lambda: _waiting(hub, away) == len(told))
    await_truth(lambda: _report(hub, told).complete)
    assert _report(hub, told).counts == dict.fromkeys(REGIONS, 2)


def test_one_of_two_gets_an_event_when_both_ask_for_it(hub: Hub, region: str) -> None:
    events = DynamoDBPublishedEvents(hub.aws("dynamodb", region), "twinrail-dev-published-events")
    event_id, now = str(uuid.uuid4()), datetime.now(UTC)
    assert events.claim(event_id, now) is Claim.GIVEN
    assert events.claim(event_id, now) is Claim.TAKEN
    # Whoever has not noted it by then never will; who gives it up leaves it to the next one at once.
    late = now + timedelta(seconds=CLAIM_SECONDS + 1)
    assert events.claim(event_id, late) is Claim.GIVEN
    events.give_up(event_id, late)
    assert events.claim(event_id, late) is Claim.GIVEN
    events.note(event_id, late)
    assert events.claim(event_id, late + timedelta(days=1)) is Claim.PUBLISHED
