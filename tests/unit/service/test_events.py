"""Each Region's stream holds each event once, whatever repeats, dies or is gone in between; nothing goes round."""

from __future__ import annotations

import pytest

from lambdas.core.events import PaymentEvent
from lambdas.service.ports import StreamUnavailable
from lambdas.service.publish_event import BeingPublished, PublishingOutcome
from lambdas.service.sync_event import SyncingOutcome
from tests.unit.service.event_fakes import CLAIM, notification, two_regions
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID, Killed

EVENT_ID = f"{TRANSACTION_ID}:ACSC"
OTHER_TRANSACTION = "11111111-8a3d-4e6f-9b21-5d4c3b2a1908"


def test_both_streams_hold_each_event_once_when_both_regions_tell() -> None:
    here, there = two_regions()
    here.tell()
    there.tell(OTHER_TRANSACTION)
    for _ in range(3):
        here.work_off()
        there.work_off()
    for region in (here, there):
        assert sorted(region.ids()) == sorted([EVENT_ID, f"{OTHER_TRANSACTION}:ACSC"])
        assert {(event.transaction_id, event.origin) for event in region.stream.events} == {
            (TRANSACTION_ID, REGION),
            (OTHER_TRANSACTION, OTHER_REGION),
        }
    assert not here.payment_events
    assert not there.payment_events


def test_nothing_goes_back_when_an_event_of_the_other_region_is_to_be_synced() -> None:
    here, there = two_regions()
    here.syncing.append(PaymentEvent(OTHER_REGION, notification()).to_json())
    outcome = here.sync_next()
    assert outcome is SyncingOutcome.REFUSED_ORIGIN
    assert outcome.needs_attention
    assert not there.payment_events


def test_origin_is_kept_when_an_event_is_republished() -> None:
    here, there = two_regions()
    here.tell()
    here.work_off()
    there.work_off()
    [event] = there.stream.events
    assert event == PaymentEvent(REGION, notification())


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2])
def test_an_event_is_never_lost_and_twice_only_between_stream_and_note_when_the_function_dies(
    effect: int, *, cut_after: bool
) -> None:
    here, _ = two_regions()
    here.tell()
    here.power.cut_at, here.power.cut_after = effect, cut_after
    with pytest.raises(Killed):
        here.publish_next()
    if (effect, cut_after) != (2, True):
        # Who died has claimed it, and may still be at it, for all that others know.
        with pytest.raises(BeingPublished):
            here.publish_next()
    again = here.publish_next(later=CLAIM)
    held_without_a_note = (effect, cut_after) in {(1, True), (2, False)}
    assert here.ids() == [EVENT_ID] * (2 if held_without_a_note else 1)
    assert again is (PublishingOutcome.REPEATED if (effect, cut_after) == (2, True) else PublishingOutcome.PUBLISHED)


def test_an_event_is_in_the_stream_once_when_it_is_told_and_synced_twice() -> None:
    here, there = two_regions()
    for _ in range(2):
        here.tell()
        here.work_off()
        there.work_off()
    assert here.ids() == there.ids() == [EVENT_ID]


def test_events_wait_in_order_when_the_stream_is_down() -> None:
    here, _ = two_regions()
    here.tell()
    here.tell(OTHER_TRANSACTION)
    here.stream.down = True
    with pytest.raises(StreamUnavailable):
        here.publish_next()
    assert not here.published.noted
    here.stream.down = False
    here.work_off()
    assert here.ids() == [EVENT_ID, f"{OTHER_TRANSACTION}:ACSC"]


def test_the_own_stream_goes_on_when_the_opposite_region_is_gone() -> None:
    here, there = two_regions()
    here.tell()
    here.opposite.gone = True
    with pytest.raises(ConnectionError):
        here.sync_next()
    assert here.publish_next() is PublishingOutcome.PUBLISHED
    here.opposite.gone = False
    here.work_off()
    there.work_off()
    assert here.ids() == there.ids() == [EVENT_ID]


def test_lag_is_counted_from_the_end_of_the_transaction_when_an_event_is_published() -> None:
    here, _ = two_regions()
    here.tell()
    here.publish_next()
    [lag] = here.lags
    # The clock is a second on at each look: at the claim, and when the stream has it.
    assert (lag.event.event_id, lag.lag_ms) == (EVENT_ID, 2_000)


def test_an_event_is_published_once_when_its_copy_comes_while_it_is_being_published() -> None:
    here, _ = two_regions()
    here.tell()
    here.tell()

    def copy_comes() -> None:
        with pytest.raises(BeingPublished):
            here.publish_next()

    here.stream.meanwhile.append(copy_comes)
    assert here.publish_next() is PublishingOutcome.PUBLISHED
    assert here.publish_next() is PublishingOutcome.REPEATED
    assert not here.stream.meanwhile
    assert here.ids() == [EVENT_ID]
