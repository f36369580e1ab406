"""From a message in one Region's store to one in both, while its transaction goes its way."""

from dataclasses import replace

import pytest

from lambdas.core.durability import Consistency, Copies
from lambdas.core.lifecycle import TransactionStatus
from lambdas.service.complete_copies import CopyOutcome
from lambdas.service.ports import ConcurrentChange, PayloadNotStored, PayloadUnavailable, UnexpectedState
from lambdas.service.record_incoming import IncomingOutcome
from lambdas.service.reject_overdue import TimeoutOutcome
from lambdas.service.release_answer import ReleasingOutcome
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID, Killed, opened
from tests.unit.service.hub import Hub, message

AVAILABLE = Consistency.AVAILABLE
BOTH = Copies((REGION, OTHER_REGION))


def _ended(down: str = OTHER_REGION, *, heal: bool = True) -> Hub:
    """A payment that settled while a Region's store could not be reached."""
    hub = Hub()
    hub.open()
    hub.payloads.down = {down}
    hub.incoming(message(consistency=AVAILABLE))
    hub.process()
    hub.release()
    hub.power.effects = 0
    if heal:
        hub.payloads.down = set()
    return hub


def _copies(hub: Hub) -> Copies:
    recorded = hub.record().message
    assert recorded is not None
    return recorded.copies


@pytest.mark.parametrize(("down", "up"), [(OTHER_REGION, REGION), (REGION, OTHER_REGION)])
def test_one_region_is_enough_and_said_so_when_the_client_is_content_with_it(down: str, up: str) -> None:
    hub = _ended(down, heal=False)
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert _copies(hub) == Copies((up,), (down,))
    assert hub.record().message is not None
    assert hub.record().answer is not None
    assert len(hub.keys(up, "incoming")) == len(hub.keys(up, "outgoing")) == 1
    assert hub.payloads.buckets[down] == {}


def test_both_are_recorded_when_both_took_it_though_one_was_enough() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(consistency=AVAILABLE))
    assert _copies(hub) == BOTH
    hub.process()
    assert hub.release() is ReleasingOutcome.ENDED
    assert hub.transactions.awaiting == set()


@pytest.mark.parametrize(
    ("consistency", "down"), [(Consistency.BOTH, {OTHER_REGION}), (AVAILABLE, {REGION, OTHER_REGION})]
)
def test_it_waits_at_accp_when_fewer_regions_take_it_than_it_needs(consistency: Consistency, down: set[str]) -> None:
    hub = Hub()
    hub.open()
    hub.payloads.down = down
    with pytest.raises(PayloadNotStored):
        hub.incoming(message(consistency=consistency))
    assert hub.statuses() == ["ACCP"]
    hub.payloads.down = set()
    assert hub.incoming(message(consistency=consistency)) is IncomingOutcome.RECORDED
    assert _copies(hub) == BOTH


def test_a_payment_ends_with_its_answer_in_one_region_when_the_other_is_lost_after_actc() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    hub.payloads.down = {OTHER_REGION}
    hub.process()
    assert hub.release() is ReleasingOutcome.ENDED_ONE_COPY
    assert hub.statuses()[-1] == "ACSC"
    # Its message is in both: there is nothing to wait for. Its answer is replicated.
    assert hub.transactions.awaiting == set()


def test_it_is_listed_for_its_copy_when_it_has_ended_and_not_before() -> None:
    hub = Hub()
    hub.open()
    hub.payloads.down = {OTHER_REGION}
    hub.incoming(message(consistency=AVAILABLE))
    hub.process()
    assert (hub.transactions.awaiting, hub.transactions.unlisted) == (set(), set())
    hub.release()
    assert hub.transactions.awaiting == hub.transactions.unlisted == {TRANSACTION_ID}


def test_it_is_listed_for_its_copy_when_its_deadline_ended_it() -> None:
    hub = Hub()
    hub.open()
    hub.payloads.down = {OTHER_REGION}
    hub.incoming(message(consistency=AVAILABLE))
    hub.clock.moment = hub.record().deadline
    assert hub.time_out() is TimeoutOutcome.REJECTED_ONE_COPY
    assert hub.transactions.awaiting == {TRANSACTION_ID}
    hub.payloads.down = set()
    assert hub.complete_copies() is CopyOutcome.MADE


@pytest.mark.parametrize("down", [REGION, OTHER_REGION])
def test_the_copy_is_made_and_recorded_when_the_region_is_back(down: str) -> None:
    hub = _ended(down)
    before = hub.record()
    assert hub.complete_copies() is CopyOutcome.MADE
    assert hub.keys(REGION, "incoming") == hub.keys(OTHER_REGION, "incoming") != []
    assert _copies(hub) == BOTH
    assert hub.transactions.awaiting == set()
    assert (hub.record().status, hub.record().history) == (before.status, before.history)


def test_the_copy_is_only_recorded_when_it_came_by_itself() -> None:
    hub = _ended()
    hub.payloads.buckets[OTHER_REGION] |= hub.payloads.buckets[REGION]
    assert hub.complete_copies() is CopyOutcome.SEEN
    assert hub.power.effects == 1
    assert _copies(hub) == BOTH


def test_it_stays_listed_and_marked_when_the_region_is_still_away() -> None:
    hub = _ended(heal=False)
    with pytest.raises(PayloadUnavailable):
        hub.complete_copies()
    assert _copies(hub).consistency is AVAILABLE
    assert hub.transactions.awaiting == {TRANSACTION_ID}


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2])
def test_the_copy_is_there_when_both_is_recorded_and_killed_at_any_effect(effect: int, *, cut_after: bool) -> None:
    hub = _ended()
    hub.power.cut_at, hub.power.cut_after = effect, cut_after
    with pytest.raises(Killed):
        hub.complete_copies()
    assert _copies(hub).consistency is AVAILABLE or hub.keys(OTHER_REGION, "incoming") != []
    hub.complete_copies()
    assert _copies(hub) == BOTH
    assert hub.transactions.awaiting == set()


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2, 3, 4, 5])
def test_it_is_listed_in_the_end_when_releasing_is_killed_and_redelivered(effect: int, *, cut_after: bool) -> None:
    hub = Hub()
    hub.open()
    hub.payloads.down = {OTHER_REGION}
    hub.incoming(message(consistency=AVAILABLE))
    hub.process()
    hub.power.effects, hub.power.cut_at, hub.power.cut_after = 0, effect, cut_after
    with pytest.raises(Killed):
        hub.release()
    hub.release()
    assert hub.statuses()[-1] == "ACSC"
    assert hub.transactions.awaiting == {TRANSACTION_ID}


def test_it_leaves_the_list_when_it_was_listed_again_after_its_copy_was_seen() -> None:
    hub = _ended()
    stale = hub.record()
    hub.complete_copies()
    hub.transactions.list_for_copy(stale)
    assert hub.complete_copies() is CopyOutcome.COMPLETE
    assert hub.transactions.awaiting == set()


def test_an_open_transaction_keeps_its_place_in_the_list_when_something_takes_it_for_ended() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    with pytest.raises(ConcurrentChange):
        hub.complete_copies()
    assert hub.transactions.unlisted == set()


def test_it_raises_when_what_is_listed_has_no_message() -> None:
    hub = Hub()
    hub.open(replace(opened(), status=TransactionStatus.RJCT))
    with pytest.raises(UnexpectedState):
        hub.complete_copies()
