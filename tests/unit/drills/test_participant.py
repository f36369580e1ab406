"""What a participant does next, by what the hub answered."""

from dataclasses import replace

import pytest

from simulations.drills.participant import (
    BOTH,
    CONTENT_AFTER_SECONDS,
    CONTENT_FOR_SECONDS,
    FIRST_LOOK_SECONDS,
    LONGEST_LOOK_SECONDS,
    LONGEST_SECONDS,
    ONE,
    Call,
    Dealing,
)
from tests.unit.drills.dealings import HERE, THERE, opened, view, wish


def test_a_message_is_handed_over_and_looked_after_when_its_transaction_is_opened() -> None:
    dealing = Dealing.of(wish())
    assert dealing.next_call(HERE, 100.0) is Call.OPEN
    dealing.opened("t", HERE, 100.0)
    assert dealing.next_call(HERE, 100.0) is Call.SUBMIT
    dealing.taken(HERE, 100.5)
    assert dealing.next_call(HERE, 101.0) is Call.LOOK
    assert dealing.due_at == 100.5 + FIRST_LOOK_SECONDS
    dealing.looked(view("ACSC"), 101.5)
    assert dealing.over


def test_the_same_call_comes_again_later_and_later_when_no_answer_comes() -> None:
    dealing = opened()
    waits = []
    for _ in range(6):
        before = dealing.due_at
        dealing.failed(before)
        waits.append(dealing.due_at - before)
        assert dealing.next_call(HERE, before) is Call.SUBMIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_SECONDS
    assert len(dealing.unanswered) == 6


def test_looks_come_rarer_than_failed_calls_when_nothing_has_changed() -> None:
    dealing = opened()
    dealing.taken(HERE, 100.0)
    waits = []
    for _ in range(8):
        before = dealing.due_at
        dealing.looked(view("ACTC"), before)
        waits.append(dealing.due_at - before)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_LOOK_SECONDS > LONGEST_SECONDS
    dealing.failed(200.0)
    assert dealing.due_at == 200.0 + LONGEST_SECONDS


@pytest.mark.parametrize(
    ("consistency", "took", "waits"),
    [
        (ONE, 0.1, FIRST_LOOK_SECONDS),
        (ONE, 9.0, 9.0),
        (ONE, 500.0, LONGEST_LOOK_SECONDS),
        (BOTH, 500.0, CONTENT_AFTER_SECONDS),
    ],
)
def test_a_client_looks_when_its_payments_usually_end_when_one_has_ended(
    consistency: str, took: float, waits: float
) -> None:
    ended = opened()
    ended.taken(HERE, 100.0)
    ended.looked(view("ACSC", at=100.0 + took), 700.0)
    following = Dealing.of(replace(wish(1, consistency=consistency), client=ended.wish.client))
    following.opened("t1", HERE, 700.0)
    following.taken(HERE, 701.0)
    assert following.due_at == 701.0 + waits


def test_no_message_goes_to_a_region_when_another_owns_the_transaction() -> None:
    dealing = opened()
    assert dealing.next_call(THERE, 100.0) is Call.LOOK
    dealing.looked(view("ACCP", HERE), 100.0)
    assert dealing.next_call(THERE, 100.0) is Call.SUBMIT_TO_OWNER
    dealing.owner_failed(100.5)
    assert dealing.next_call(THERE, 101.0) is Call.LOOK
    dealing.looked(view("ACCP", THERE), 101.0)
    assert dealing.next_call(THERE, 101.0) is Call.SUBMIT


def test_a_message_goes_once_to_each_owner_when_the_first_one_was_lost() -> None:
    dealing = opened()
    dealing.taken(HERE, 100.0)
    dealing.looked(view("ACCP", THERE), 130.0)
    assert dealing.next_call(THERE, 130.0) is Call.SUBMIT
    # Who knows that a Region is lost does not wait for its copy.
    assert dealing.consistency == ONE
    dealing.failed(130.0)
    assert dealing.next_call(THERE, 131.0) is Call.SUBMIT
    dealing.taken(THERE, 131.0)
    assert dealing.next_call(THERE, 132.0) is Call.LOOK
    assert dealing.taken_at == 100.0


def test_nothing_is_sent_again_when_the_message_is_on_record() -> None:
    dealing = opened()
    dealing.taken(HERE, 100.0)
    dealing.looked(view("ACTC", THERE), 130.0)
    assert dealing.next_call(THERE, 130.0) is Call.LOOK


def test_a_client_is_content_with_one_copy_when_its_message_has_waited_for_both() -> None:
    dealing = opened()
    dealing.taken(HERE, 100.0)
    assert dealing.next_call(HERE, 100.0 + CONTENT_AFTER_SECONDS - 0.1) is Call.LOOK
    assert dealing.consistency == BOTH
    assert dealing.next_call(HERE, 100.0 + CONTENT_AFTER_SECONDS) is Call.SUBMIT
    assert dealing.consistency == ONE
    dealing.taken(HERE, 105.0)
    assert dealing.next_call(HERE, 120.0) is Call.LOOK


def test_a_client_asks_for_one_copy_for_a_while_when_it_has_waited_in_vain() -> None:
    waited = opened()
    following = Dealing.of(replace(wish(1), client=waited.wish.client))
    following.opened("t1", HERE, 110.0)
    waited.taken(HERE, 100.0)
    assert waited.next_call(HERE, 110.0) is Call.SUBMIT
    assert following.next_call(HERE, 110.0) is Call.SUBMIT
    assert following.consistency == ONE
    later = Dealing.of(replace(wish(2), client=waited.wish.client))
    later.opened("t2", HERE, 110.0 + CONTENT_FOR_SECONDS)
    assert later.next_call(HERE, 110.0 + CONTENT_FOR_SECONDS) is Call.SUBMIT
    assert later.consistency == BOTH


@pytest.mark.parametrize("status", ["ACSC", "RJCT", "CANC"])
def test_it_is_over_when_the_transaction_has_ended(status: str) -> None:
    dealing = opened()
    dealing.looked(view(status), 101.0)
    assert dealing.over


def test_it_is_over_when_the_hub_refuses_for_good() -> None:
    dealing = opened()
    dealing.refused("HTTP 400 MALFORMED")
    assert dealing.over
    assert dealing.status == "ACCP"
