"""incoming, processing and releasing, by the batches that SQS sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdas.functions.incoming import handler as incoming
from lambdas.functions.processing import handler as processing
from lambdas.functions.releasing import handler as releasing
from lambdas.service.record_incoming import RecordIncoming
from lambdas.service.release_answer import ReleaseAnswer
from tests.unit.functions.events import FakeFailures, FakeInvocation, sqs_event
from tests.unit.service.fakes import ENVELOPES, opened
from tests.unit.service.hub import Hub, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdas.core.documents import JsonValue

IDS = [f"00000000-0000-4000-8000-00000000000{index}" for index in range(4)]


def _hub() -> Hub:
    hub = Hub()
    for transaction_id in IDS:
        hub.open(opened(transaction_id=transaction_id))
    return hub


def _incoming(
    hub: Hub,
    event: dict[str, JsonValue],
    failures: FakeFailures | None = None,
    invocation: FakeInvocation | None = None,
) -> list[str]:
    use_case = RecordIncoming(hub.transactions, hub.payloads, hub.processing, hub.clock, hub.region)
    there = failures or FakeFailures()
    return _failed(
        incoming.handle(event, invocation or FakeInvocation(), lambda: use_case, lambda: there, lambda: ENVELOPES)
    )


def _failed(response: object) -> list[str]:
    assert isinstance(response, dict)
    assert set(response) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def _bodies(ids: Sequence[str] = IDS) -> list[str]:
    return [message(transaction_id=each).to_json(ENVELOPES.seal) for each in ids]


def test_every_record_is_done_when_a_batch_comes() -> None:
    hub = _hub()
    assert _incoming(hub, sqs_event(*_bodies(), groups=IDS)) == []
    assert [hub.record(each).status.value for each in IDS] == ["ACTC"] * 4


def test_the_others_go_on_when_one_record_is_malformed() -> None:
    hub, failures = _hub(), FakeFailures()
    bodies = [_bodies()[0], "{", *_bodies()[2:]]
    assert _incoming(hub, sqs_event(*bodies, groups=IDS), failures) == []
    assert failures.buried == [("m1", "MalformedDocument")]
    assert [hub.record(each).status.value for each in IDS] == ["ACTC", "ACCP", "ACTC", "ACTC"]


@pytest.mark.parametrize("effect", [1, 5, 7, 8])
def test_the_others_go_on_when_one_record_is_killed(effect: int) -> None:
    hub = _hub()
    hub.power.cut_at = effect
    failed = _incoming(hub, sqs_event(*_bodies(), groups=IDS))
    assert failed == ["m0" if effect < 5 else "m1"]
    assert len(hub.processing.sent) == 3


def test_later_records_of_its_group_are_returned_when_a_record_fails() -> None:
    hub = _hub()
    hub.power.cut_at = 1
    bodies = _bodies([IDS[0], IDS[1], IDS[0], IDS[2]])
    assert _incoming(hub, sqs_event(*bodies, groups=[IDS[0], IDS[1], IDS[0], IDS[2]])) == ["m0", "m2"]
    assert hub.record(IDS[0]).status.value == "ACCP"
    assert hub.record(IDS[2]).status.value == "ACTC"


def test_the_rest_of_its_group_goes_on_when_a_malformed_record_is_put_away() -> None:
    hub, failures = _hub(), FakeFailures()
    assert _incoming(hub, sqs_event("{", _bodies()[0], groups=[IDS[0], IDS[0]]), failures) == []
    assert hub.record(IDS[0]).status.value == "ACTC"


def test_it_is_put_away_when_its_last_delivery_fails() -> None:
    hub, failures = _hub(), FakeFailures()
    hub.power.cut_at = 1
    event = sqs_event(*_bodies(IDS[:2]), groups=IDS[:2], receive_count=5)
    assert _incoming(hub, event, failures) == []
    assert failures.buried == [("m0", "Killed")]
    assert failures.delayed == []
    assert hub.record(IDS[1]).status.value == "ACTC"


@pytest.mark.parametrize("receive_count", [1, 4])
def test_it_comes_again_soon_with_its_group_when_an_earlier_delivery_fails(receive_count: int) -> None:
    hub, failures = _hub(), FakeFailures()
    hub.power.cut_at = 1
    groups = [IDS[0], IDS[1], IDS[0]]
    event = sqs_event(*_bodies(groups), groups=groups, receive_count=receive_count)
    assert _incoming(hub, event, failures) == ["m0", "m2"]
    assert failures.buried == []
    assert failures.delayed == ["m0", "m2"]


def test_it_stays_on_its_queue_when_it_cannot_be_put_away() -> None:
    hub = _hub()
    hub.power.cut_at = 1
    event = sqs_event("{", *_bodies(IDS[1:3]), groups=IDS[:3], receive_count=5)
    assert _incoming(hub, event, FakeFailures(broken=True)) == ["m0", "m1"]
    assert hub.record(IDS[2]).status.value == "ACTC"


def test_nothing_is_raised_when_every_record_fails() -> None:
    failures = FakeFailures(broken=True)
    assert _incoming(_hub(), sqs_event("{", "[]", groups=IDS), failures) == ["m0", "m1"]


def test_nothing_is_carried_over_when_the_next_batch_comes() -> None:
    hub = _hub()
    hub.power.cut_at = 1
    assert _incoming(hub, sqs_event(_bodies()[0], groups=IDS)) == ["m0"]
    assert _incoming(hub, sqs_event(_bodies()[0], groups=IDS)) == []


def test_those_not_begun_go_back_when_half_of_the_time_is_used() -> None:
    hub, failures = _hub(), FakeFailures()
    # One look before the first record, one before each: 20, 16, 12, 8 seconds are left.
    slow = FakeInvocation(left_ms=20_000, look_ms=4_000)
    assert _incoming(hub, sqs_event(*_bodies(), groups=IDS), failures, slow) == ["m2", "m3"]
    assert failures.delayed == ["m2", "m3"]
    assert failures.buried == []
    assert [hub.record(each).status.value for each in IDS] == ["ACTC", "ACTC", "ACCP", "ACCP"]


@pytest.mark.parametrize("event", [{"Records": []}, {}, {"Records": None}])
def test_nothing_happens_when_a_batch_is_empty(event: dict[str, JsonValue]) -> None:
    assert _incoming(_hub(), event) == []


def test_the_record_is_returned_when_the_function_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    assert _failed(incoming.handle(sqs_event(_bodies()[0]), FakeInvocation())) == ["m0"]


def test_a_transaction_ends_when_its_messages_go_through_all_three_functions() -> None:
    hub = _hub()
    _incoming(hub, sqs_event(*_bodies(), groups=IDS))
    process = hub.processor()
    batch = sqs_event(*hub.processing.delivered, groups=IDS)
    assert _failed(processing.handle(batch, FakeInvocation(), lambda: process)) == []
    release = ReleaseAnswer(hub.transactions, hub.payloads, hub.ledger, hub.notifier, hub.clock, hub.region)
    batch = sqs_event(*hub.releasing.delivered, groups=IDS)
    assert _failed(releasing.handle(batch, FakeInvocation(), lambda: release, envelopes=lambda: ENVELOPES)) == []
    assert [hub.record(each).status.value for each in IDS] == ["ACSC"] * 4
    assert hub.ledger.balances == (-4_000, 4_000)
    assert [told.transaction_id for told in hub.notifier.published] == IDS
