"""A transaction past its deadline: every point at which the process may end, and every race that it may lose."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lambdas.core.lifecycle import TransactionStatus
from lambdas.service.late_message import PATIENCE
from lambdas.service.ports import PayloadUnavailable, UnexpectedState
from lambdas.service.process_message import ProcessingOutcome
from lambdas.service.read_answer import Answer, ReadAnswer
from lambdas.service.record_incoming import IncomingOutcome
from lambdas.service.reject_overdue import TimeoutOutcome
from lambdas.service.release_answer import ReleasingOutcome
from tests.unit.service.fakes import OTHER_REGION, PARTICIPANT, REGION, START, TRANSACTION_ID, Killed, Power
from tests.unit.service.hub import Hub, message

STATUSES = ["ACCP", "ACTC", "ACSP"]
EFFECTS = [1, 2, 3, 4, 5, 6]
"""Void the funds, store the answer in each Region, record the end, tell subscribers, take it off the list."""


def _hub(status: str = "ACSP", *, after_deadline: timedelta = timedelta(seconds=5), body: bytes = b"good") -> Hub:
    """A transaction that got as far as `status`, and a clock that stands past its deadline."""
    hub = Hub()
    hub.open()
    if status != "ACCP":
        hub.incoming(message(body))
    if status == "ACSP":
        hub.process()
    hub.clock.moment = hub.record().deadline + after_deadline
    hub.power.effects = 0
    return hub


def _answer(hub: Hub) -> Answer:
    found = ReadAnswer(hub.transactions, hub.payloads)(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
    assert isinstance(found, Answer)
    return found


@pytest.mark.parametrize("status", STATUSES)
def test_it_is_rejected_with_an_answer_when_its_deadline_has_passed(status: str) -> None:
    hub = _hub(status)
    assert hub.time_out() is TimeoutOutcome.REJECTED
    ended = hub.record()
    assert hub.statuses() == [*STATUSES[: STATUSES.index(status) + 1], "RJCT"]
    assert ended.reason is not None
    assert (ended.reason.code, ended.history[-1].reason) == ("AB03", ended.reason)
    assert b"RJCT" in _answer(hub).xml
    assert [told.status for told in hub.notifier.published] == [TransactionStatus.RJCT]
    assert hub.transactions.unlisted == {TRANSACTION_ID}
    assert [payment.status for payment in ended.payments] == ([] if status == "ACCP" else [TransactionStatus.RJCT])


def test_payments_keep_their_own_reason_when_they_were_refused_before_the_deadline() -> None:
    hub = _hub("ACTC", body=b"good bad")
    hub.time_out()
    assert [payment.reason.code for payment in hub.record().payments if payment.reason] == ["AB03", "AC01"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", EFFECTS)
def test_it_ends_as_undisturbed_when_killed_at_any_effect_and_found_again(
    status: str, effect: int, *, cut_after: bool
) -> None:
    undisturbed = _hub(status)
    undisturbed.time_out()
    assert undisturbed.power.effects == len(EFFECTS)
    hub = _hub(status)
    cut: Power = hub.power
    cut.cut_at, cut.cut_after = effect, cut_after
    with pytest.raises(Killed):
        hub.time_out()
    assert (TRANSACTION_ID in hub.transactions.unlisted) is (effect == EFFECTS[-1] and cut_after)
    hub.time_out()
    assert hub.statuses() == undisturbed.statuses()
    assert hub.payloads.buckets == undisturbed.payloads.buckets
    assert len({told.at for told in hub.notifier.published}) == 1
    assert hub.transactions.unlisted == {TRANSACTION_ID}


@pytest.mark.parametrize("effect", EFFECTS)
def test_no_end_is_visible_without_its_answer_when_killed(effect: int) -> None:
    hub = _hub()
    hub.power.cut_at = effect
    with pytest.raises(Killed):
        hub.time_out()
    found = ReadAnswer(hub.transactions, hub.payloads)(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
    assert isinstance(found, Answer) is hub.record().ended


def test_releasing_changes_nothing_when_the_deadline_was_first() -> None:
    hub = _hub()
    hub.time_out()
    before, answer = hub.record(), _answer(hub)
    assert hub.release() is ReleasingOutcome.DECIDED_OTHERWISE
    assert (hub.record(), _answer(hub)) == (before, answer)
    assert len(hub.notifier.published) == 1


def test_the_deadline_changes_nothing_when_releasing_was_first() -> None:
    hub = _hub()
    hub.release()
    before = hub.record()
    assert hub.time_out() is TimeoutOutcome.ENDED_OTHERWISE
    assert hub.record() == before
    assert [told.status for told in hub.notifier.published] == [TransactionStatus.ACSC]


def test_one_of_both_ends_it_when_releasing_comes_in_between() -> None:
    hub = _hub()
    hub.transactions.after_find.append(hub.release)
    assert hub.time_out() is TimeoutOutcome.SETTLED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert b"ACSC" in _answer(hub).xml
    assert [told.status for told in hub.notifier.published] == [TransactionStatus.ACSC]


def test_it_ends_as_settled_with_the_answer_that_releasing_had_when_the_money_has_moved() -> None:
    undisturbed = _hub()
    undisturbed.release()
    hub = _hub()
    hub.ledger.post(TRANSACTION_ID)
    assert hub.time_out() is TimeoutOutcome.SETTLED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert _answer(hub) == _answer(undisturbed)
    assert hub.record().payments == undisturbed.record().payments
    assert hub.release() is ReleasingOutcome.REPEATED
    assert TRANSACTION_ID in hub.transactions.unlisted


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", range(1, 8))
def test_it_ends_as_settled_and_is_told_of_when_killed_at_any_effect(effect: int, *, cut_after: bool) -> None:
    hub = _hub()
    hub.ledger.post(TRANSACTION_ID)
    hub.power.effects, hub.power.cut_at, hub.power.cut_after = 0, effect, cut_after
    with pytest.raises(Killed):
        hub.time_out()
    hub.time_out()
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert {told.status for told in hub.notifier.published} == {TransactionStatus.ACSC}
    assert hub.ledger.balances == (-1_000, 1_000)
    assert TRANSACTION_ID in hub.transactions.unlisted


@pytest.mark.parametrize("body", [b"good", b"bad"])
def test_processing_changes_nothing_when_the_transaction_has_timed_out(body: bytes) -> None:
    hub = _hub("ACTC", body=body)
    hub.time_out()
    before = hub.record()
    assert hub.process() is (ProcessingOutcome.VOIDED if body == b"good" else ProcessingOutcome.ALREADY_ENDED)
    assert hub.releasing.sent == []
    assert hub.record() == before


def test_a_message_is_archived_and_refused_when_it_comes_after_the_deadline() -> None:
    hub = _hub("ACCP")
    hub.time_out()
    assert hub.incoming(message()) is IncomingOutcome.REFUSED_LATE
    assert hub.statuses() == ["ACCP", "RJCT"]
    assert len(hub.keys(REGION, "refused")) == 1


def test_it_waits_for_the_next_tick_when_its_message_comes_just_then() -> None:
    hub = _hub("ACCP")
    hub.transactions.after_find.append(lambda: hub.incoming(message()))
    assert hub.time_out() is TimeoutOutcome.CHANGED
    assert hub.statuses() == ["ACCP", "ACTC"]
    assert hub.time_out() is TimeoutOutcome.REJECTED


def test_it_stays_open_when_its_definition_gave_it_more_time_just_then() -> None:
    hub = _hub("ACTC")
    hub.deadlines = {"pacs.008": 3600}
    hub.transactions.after_find.append(hub.process)
    assert hub.time_out() is TimeoutOutcome.CHANGED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP"]
    assert hub.record().deadline == START + timedelta(hours=1)
    assert hub.time_out() is TimeoutOutcome.NOT_DUE


@pytest.mark.parametrize(
    ("deadlines", "expected"), [({"pacs.008": 3600}, timedelta(hours=1)), ({"pain.001": 9}, timedelta(minutes=1))]
)
def test_the_deadline_is_the_definitions_when_the_settings_name_its_family(
    deadlines: dict[str, int], expected: timedelta
) -> None:
    hub = Hub(deadlines=deadlines)
    hub.open()
    hub.incoming(message())
    hub.process()
    assert hub.record().deadline - hub.record().created_at == expected


def test_nothing_happens_when_the_index_lists_what_is_not_due() -> None:
    hub = _hub(after_deadline=timedelta(seconds=-2))
    before = hub.record()
    assert hub.time_out() is TimeoutOutcome.NOT_DUE
    assert hub.record() == before
    assert hub.keys(REGION, "outgoing") == []


def test_it_is_left_alone_when_it_was_taken_over() -> None:
    hub = _hub()
    taken = hub.open(replace(hub.record(), owner_region=OTHER_REGION, epoch=2))
    assert hub.time_out() is TimeoutOutcome.FENCED
    assert hub.record() == taken


@pytest.mark.parametrize(("owner_region", "epoch"), [(OTHER_REGION, 2), (OTHER_REGION, 1), (REGION, 3)])
def test_nothing_is_recorded_when_it_is_taken_over_just_then(owner_region: str, epoch: int) -> None:
    hub = _hub()
    taken = replace(hub.record(), owner_region=owner_region, epoch=epoch)
    hub.transactions.after_find.append(lambda: hub.open(taken))
    assert hub.time_out() is TimeoutOutcome.CHANGED
    assert hub.record() == taken
    assert hub.notifier.published == []


def test_it_waits_when_its_message_cannot_be_read_yet() -> None:
    hub = _hub("ACTC")
    kept, hub.payloads.buckets = hub.payloads.buckets, {REGION: {}, OTHER_REGION: {}}
    with pytest.raises(PayloadUnavailable):
        hub.time_out()
    assert not hub.record().ended
    hub.payloads.buckets = kept
    assert hub.time_out() is TimeoutOutcome.REJECTED


def test_it_ends_without_its_message_when_that_cannot_be_read_for_long() -> None:
    hub = _hub("ACTC", after_deadline=PATIENCE)
    hub.payloads.buckets = {REGION: {}, OTHER_REGION: {}}
    assert hub.time_out() is TimeoutOutcome.REJECTED
    assert hub.record().payments == ()


def test_the_answers_are_the_same_when_two_ticks_meet() -> None:
    answers = set()
    for seconds in (1, 30):
        hub = _hub(after_deadline=timedelta(seconds=seconds))
        hub.time_out()
        answers.add(_answer(hub).xml)
    assert len(answers) == 1


def test_it_is_reported_when_the_transaction_is_not_there() -> None:
    hub = Hub()
    with pytest.raises(UnexpectedState):
        hub.time_out()


def test_the_time_of_its_end_is_recorded_when_it_is_rejected() -> None:
    hub = _hub()
    hub.time_out()
    moment: datetime = hub.record().history[-1].at
    assert moment > hub.record().deadline
