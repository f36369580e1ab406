"""publishing and syncer, by the batches that SQS sends them: each record stands for itself, its queue has no order."""

from __future__ import annotations

from lambdas.core.events import PaymentEvent
from lambdas.functions.publishing import handler as publishing
from lambdas.functions.syncer import handler as syncer
from lambdas.service.ports import StreamUnavailable
from lambdas.service.publish_event import PublishEvent
from lambdas.service.sync_event import SyncEvent
from tests.unit.functions.events import FakeFailures, FakeInvocation, sqs_event
from tests.unit.service.event_fakes import EventRegion, FakeStream, notification, two_regions
from tests.unit.service.fakes import OTHER_REGION, REGION, TickingClock

IDS = [f"00000000-0000-4000-8000-00000000000{index}" for index in range(3)]
BODIES = [notification(each).to_json() for each in IDS]


class RefusesOne(FakeStream):
    def publish(self, event: PaymentEvent) -> None:
        if event.transaction_id == IDS[0]:
            raise StreamUnavailable
        super().publish(event)


def _publish(region: EventRegion, failures: FakeFailures, *bodies: str, receive_count: int = 1) -> list[str]:
    use_case = PublishEvent(region.stream, region.published, TickingClock(), region.lags.append)
    batch = sqs_event(*bodies, receive_count=receive_count)
    response = publishing.handle(batch, FakeInvocation(), lambda: use_case, lambda: failures, lambda: REGION)
    return [str(each["itemIdentifier"]) for each in response["batchItemFailures"]]


def test_the_others_are_published_when_one_of_a_batch_fails() -> None:
    here, failures = EventRegion(REGION), FakeFailures()
    here.stream = RefusesOne()
    assert _publish(here, failures, *BODIES) == ["m0"]
    assert failures.delayed == ["m0"]
    assert here.ids() == [f"{each}:ACSC" for each in IDS[1:]]


def test_an_event_is_put_away_when_it_is_malformed() -> None:
    here, failures = EventRegion(REGION), FakeFailures()
    assert _publish(here, failures, "{}", BODIES[1]) == []
    assert failures.buried == [("m0", "MalformedDocument")]
    assert here.ids() == [f"{IDS[1]}:ACSC"]


def test_events_of_the_own_region_are_sent_on_when_a_batch_comes() -> None:
    here, there = two_regions()
    foreign = PaymentEvent(OTHER_REGION, notification(IDS[2], OTHER_REGION)).to_json()
    use_case, failures = SyncEvent(here.opposite, REGION), FakeFailures()
    response = syncer.handle(
        sqs_event(*BODIES[:2], foreign), FakeInvocation(), lambda: use_case, lambda: failures, lambda: REGION
    )
    assert response == {"batchItemFailures": []}
    assert list(there.payment_events) == [PaymentEvent(REGION, notification(each)).to_json() for each in IDS[:2]]
