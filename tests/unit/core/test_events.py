"""Payment events: one id for every repetition, an origin that stays, and clear words for what is no event."""

from __future__ import annotations

import json

import pytest

from lambdas.core.documents import MalformedDocument
from lambdas.core.events import PaymentEvent
from tests.unit.service.event_fakes import notification
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID


def test_event_is_of_the_region_that_it_comes_to_when_it_is_a_bare_notification() -> None:
    event = PaymentEvent.from_json(notification().to_json(), REGION)
    assert event == PaymentEvent(REGION, notification())
    assert event.event_id == f"{TRANSACTION_ID}:ACSC"


def test_event_keeps_its_origin_when_it_comes_to_another_region() -> None:
    event = PaymentEvent(REGION, notification())
    assert PaymentEvent.from_json(event.to_json(), OTHER_REGION) == event


def test_event_says_what_subscribers_are_told_and_no_more_when_it_is_written() -> None:
    document = json.loads(PaymentEvent(REGION, notification()).to_json())
    assert document == {
        "event_id": f"{TRANSACTION_ID}:ACSC",
        "origin": REGION,
        **json.loads(notification().to_json()),
    }


@pytest.mark.parametrize(
    ("field", "value", "expectation"),
    [
        ("transaction_id", "", "payment event.transaction_id: expected text"),
        ("status", "DONE", "payment event.status: expected one of"),
        ("at", "yesterday", "payment event.at: expected an ISO 8601 moment"),
        ("origin", 7, "payment event.origin: expected text"),
    ],
)
def test_event_is_refused_by_field_and_expectation_when_it_is_malformed(
    field: str, value: object, expectation: str
) -> None:
    document = {**json.loads(notification().to_json()), field: value}
    with pytest.raises(MalformedDocument, match=expectation) as refused:
        PaymentEvent.from_json(json.dumps(document), REGION)
    assert not value or str(value) not in str(refused.value)
