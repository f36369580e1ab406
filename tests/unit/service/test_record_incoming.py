"""From the incoming queue to ACTC."""

from dataclasses import replace

import pytest

from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ProcessingMessage
from lambdas.core.payload import content_sha256
from lambdas.service.ports import ConcurrentChange
from lambdas.service.record_incoming import IncomingOutcome
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID, Killed, Power, opened
from tests.unit.service.hub import Hub, message


def test_actc_is_recorded_and_a_reference_passed_on_when_a_message_comes() -> None:
    hub = Hub()
    hub.open()
    assert hub.incoming(message()) is IncomingOutcome.RECORDED
    assert hub.statuses() == ["ACCP", "ACTC"]
    onward = ProcessingMessage.from_json(hub.processing.sent[0][0])
    assert onward.transaction_id == TRANSACTION_ID
    assert onward.epoch == 1
    assert onward.message == hub.record().message
    assert onward.accepted_at == hub.record().history[-1].at
    assert hub.processing.sent[0][1:] == (TRANSACTION_ID, f"{TRANSACTION_ID}-1")
    assert b"good" not in hub.processing.sent[0][0].encode()


def test_the_payload_is_in_both_regions_when_actc_is_recorded() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    key = f"incoming/{TRANSACTION_ID}/{content_sha256(b'good')}"
    assert hub.keys(REGION, "incoming") == hub.keys(OTHER_REGION, "incoming") == [key]


def test_nothing_is_recorded_when_one_region_does_not_take_the_payload() -> None:
    hub = Hub(Power(cut_at=2))
    hub.open()
    with pytest.raises(Killed):
        hub.incoming(message())
    assert hub.statuses() == ["ACCP"]


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2, 3, 4])
def test_it_ends_as_undisturbed_when_killed_at_any_effect_and_redelivered(effect: int, *, cut_after: bool) -> None:
    undisturbed = Hub()
    undisturbed.open()
    undisturbed.incoming(message())
    assert undisturbed.power.effects == 4
    hub = Hub(Power(cut_at=effect, cut_after=cut_after))
    hub.open()
    with pytest.raises(Killed):
        hub.incoming(message())
    hub.incoming(message())
    assert hub.statuses() == undisturbed.statuses()
    assert hub.payloads.buckets == undisturbed.payloads.buckets
    assert len(hub.processing.delivered) == 1
    assert ProcessingMessage.from_json(hub.processing.delivered[0]).accepted_at == hub.record().history[-1].at


def test_the_same_reference_is_sent_again_when_redelivered_after_actc() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    assert hub.incoming(message()) is IncomingOutcome.REPEATED
    assert hub.processing.sent[0] == hub.processing.sent[1]
    assert hub.statuses() == ["ACCP", "ACTC"]


def test_nothing_more_is_done_when_redelivered_after_the_end() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    hub.process()
    hub.release()
    before, sent = hub.record(), len(hub.processing.sent)
    assert hub.incoming(message()) is IncomingOutcome.ALREADY_ENDED
    assert hub.record() == before
    assert len(hub.processing.sent) == sent


def test_the_first_message_stays_when_a_second_and_different_one_comes() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good"))
    first = hub.record().message
    assert hub.incoming(message(b"bad")) is IncomingOutcome.REFUSED_SECOND
    assert hub.record().message == first
    assert first is not None
    assert hub.payloads.get(first.key, first.sha256) == b"good"
    assert hub.keys(REGION, "refused") == [f"refused/{TRANSACTION_ID}/{content_sha256(b'bad')}"]
    assert [each.sha256 for each in hub.record().refused_messages] == [content_sha256(b"bad")]
    assert len(hub.processing.sent) == 1


def test_a_refused_message_is_listed_once_when_it_is_redelivered() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good"))
    for _ in range(3):
        assert hub.incoming(message(b"bad")) is IncomingOutcome.REFUSED_SECOND
    assert len(hub.record().refused_messages) == 1
    assert len(hub.keys(REGION, "refused")) == 1


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2, 3, 4, 5])
def test_a_second_message_is_listed_once_when_killed_and_redelivered(effect: int, *, cut_after: bool) -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good"))
    hub.power.effects, hub.power.cut_at, hub.power.cut_after = 0, effect, cut_after
    # The table's refusal (effect 3) changes nothing, so that there is no point after it to be killed at.
    if not (effect == 3 and cut_after):
        with pytest.raises(Killed):
            hub.incoming(message(b"bad"))
    hub.incoming(message(b"bad"))
    assert len(hub.record().refused_messages) == 1
    assert hub.keys(REGION, "refused")


def test_the_list_of_refused_messages_ends_when_twenty_are_on_it() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good"))
    for index in range(25):
        hub.incoming(message(f"bad{index}".encode()))
    assert len(hub.record().refused_messages) == 20
    assert len(hub.keys(REGION, "refused")) == 25


def test_two_deliveries_cannot_both_list_a_message_when_they_race() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good"))
    loaded = hub.record()
    hub.incoming(message(b"bad"))
    with pytest.raises(ConcurrentChange):
        hub.transactions.note_refused_message(loaded, hub.record().refused_messages[0])


def test_the_body_is_kept_when_the_transaction_is_unknown() -> None:
    hub = Hub()
    assert hub.incoming(message()) is IncomingOutcome.REFUSED_UNKNOWN
    assert hub.transactions.items == {}
    assert hub.keys(REGION, "refused") == [f"refused/{TRANSACTION_ID}/{content_sha256(b'good')}"]
    assert hub.processing.sent == []


def test_another_participants_transaction_is_untouched_when_its_id_is_named() -> None:
    hub = Hub()
    before = hub.open()
    assert hub.incoming(message(b"theft", participant="participant-b")) is IncomingOutcome.REFUSED_FOREIGN
    assert hub.record() == before
    assert hub.keys(REGION, "refused")
    assert hub.incoming(message(b"good")) is IncomingOutcome.RECORDED


def test_the_owners_message_is_taken_when_a_foreign_one_with_the_same_bytes_came_first() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good", participant="participant-b"))
    assert hub.incoming(message(b"good")) is IncomingOutcome.RECORDED


def test_the_client_is_told_where_to_send_when_another_region_opened_the_transaction() -> None:
    hub = Hub()
    hub.open(opened(owner_region=OTHER_REGION))
    assert hub.incoming(message()) is IncomingOutcome.REFUSED_ELSEWHERE
    assert hub.record().status is TransactionStatus.ACCP
    assert len(hub.record().refused_messages) == 1
    assert hub.keys(REGION, "refused")


def test_a_late_message_is_listed_when_the_transaction_ended_without_one() -> None:
    hub = Hub()
    hub.open(replace(opened(), status=TransactionStatus.RJCT))
    assert hub.incoming(message()) is IncomingOutcome.REFUSED_LATE
    assert hub.record().message is None
    assert len(hub.record().refused_messages) == 1


def test_nothing_happens_when_the_transaction_was_taken_over_after_actc() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    taken = replace(hub.record(), owner_region=OTHER_REGION, epoch=2)
    hub.open(taken)
    assert hub.incoming(message()) is IncomingOutcome.FENCED
    assert hub.record() == taken
    assert len(hub.processing.sent) == 1


def test_the_epoch_on_record_travels_on_when_the_transaction_came_back() -> None:
    hub = Hub()
    hub.open(opened(epoch=3))
    hub.incoming(message())
    assert ProcessingMessage.from_json(hub.processing.sent[0][0]).epoch == 3
