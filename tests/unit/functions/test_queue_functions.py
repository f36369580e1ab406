"""incoming, processing and releasing, by the batches that SQS sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdas.functions.incoming import handler as incoming
from lambdas.functions.processing import handler as processing
from lambdas.functions.releasing import handler as releasing
from lambdas.service.process_message import ProcessMessage
from lambdas.service.record_incoming import RecordIncoming
from lambdas.service.release_answer import ReleaseAnswer
from tests.unit.functions.events import sqs_event
from tests.unit.service.fakes import FakeCodec, opened
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


def _incoming(hub: Hub, event: dict[str, JsonValue]) -> list[str]:
    use_case = RecordIncoming(hub.transactions, hub.payloads, hub.processing, hub.clock, hub.region)
    return _failed(incoming.handle(event, None, lambda: use_case))


def _failed(response: object) -> list[str]:
    assert isinstance(response, dict)
    assert set(response) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def _bodies(ids: Sequence[str] = IDS) -> list[str]:
    return [message(transaction_id=each).to_json() for each in ids]


def test_every_record_is_done_when_a_batch_comes() -> None:
    hub = _hub()
    assert _incoming(hub, sqs_event(*_bodies(), groups=IDS)) == []
    assert [hub.record(each).status.value for each in IDS] == ["ACTC"] * 4


def test_the_others_go_on_when_one_record_is_malformed() -> None:
    hub = _hub()
    bodies = [_bodies()[0], "{", *_bodies()[2:]]
    assert _incoming(hub, sqs_event(*bodies, groups=IDS)) == ["m1"]
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


def test_nothing_is_raised_when_every_record_fails() -> None:
    assert _incoming(_hub(), sqs_event("{", "[]", groups=IDS)) == ["m0", "m1"]


def test_nothing_is_carried_over_when_the_next_batch_comes() -> None:
    hub = _hub()
    assert _incoming(hub, sqs_event("{", groups=IDS)) == ["m0"]
    assert _incoming(hub, sqs_event(_bodies()[0], groups=IDS)) == []


@pytest.mark.parametrize("event", [{"Records": []}, {}, {"Records": None}])
def test_nothing_happens_when_a_batch_is_empty(event: dict[str, JsonValue]) -> None:
    assert _incoming(_hub(), event) == []


def test_the_record_is_returned_when_the_function_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    assert _failed(incoming.handle(sqs_event(_bodies()[0]), None)) == ["m0"]


def test_a_transaction_ends_when_its_messages_go_through_all_three_functions() -> None:
    hub = _hub()
    _incoming(hub, sqs_event(*_bodies(), groups=IDS))
    process = ProcessMessage(
        hub.transactions, hub.payloads, FakeCodec(), hub.ledger, hub.releasing, hub.clock, hub.region
    )
    batch = sqs_event(*hub.processing.delivered, groups=IDS)
    assert _failed(processing.handle(batch, None, lambda: process)) == []
    release = ReleaseAnswer(hub.transactions, hub.payloads, hub.ledger, hub.notifier, hub.clock, hub.region)
    batch = sqs_event(*hub.releasing.delivered, groups=IDS)
    assert _failed(releasing.handle(batch, None, lambda: release)) == []
    assert [hub.record(each).status.value for each in IDS] == ["ACSC"] * 4
    assert hub.ledger.balances == (-4_000, 4_000)
    assert [told.transaction_id for told in hub.notifier.published] == IDS
