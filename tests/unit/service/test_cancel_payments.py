"""A request to cancel: from the processing queue to the end of what it cancels, and every point where it may stop."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.core.ledger.transfer import TransferState
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ProcessingMessage, ReleasingMessage
from lambdas.service.late_message import PATIENCE
from lambdas.service.ports import ConcurrentChange, PayloadUnavailable, UnexpectedState
from lambdas.service.process_message import ProcessingOutcome
from lambdas.service.read_answer import Answer, ReadAnswer
from lambdas.service.reject_overdue import TimeoutOutcome
from lambdas.service.release_answer import ReleasingOutcome
from tests.unit.service.fakes import (
    CANCELLED_AT,
    ENVELOPES,
    OTHER_REGION,
    PARTICIPANT,
    REGION,
    TRANSACTION_ID,
    FakeQueue,
    Killed,
    opened,
)
from tests.unit.service.hub import Hub, message

REQUEST = "00000000-0000-4000-8000-0000000c0056"
RETURN = "00000000-0000-4000-8000-0000000c0004"
EFFECTS = range(1, 9)
"""Cancel in the ledger, store the answer, record the end, tell subscribers, unlist; record ACSP, send the camt.029."""


@pytest.fixture(params=[REGION, OTHER_REGION])
def acting(request: pytest.FixtureRequest) -> str:
    """The Region that the request comes to: the transaction's own, and the other."""
    return str(request.param)


def _hub(body: bytes = b"good:A", *, acsp: bool = True) -> Hub:
    """A transaction of one Region that is in ACSP, its answer on the releasing queue."""
    hub = Hub()
    hub.open()
    hub.incoming(message(body))
    if acsp:
        hub.process()
    return hub


def _ask(hub: Hub, body: bytes = b"cancel:A", *, acting: str = REGION, participant: str = PARTICIPANT) -> FakeQueue:
    """The request arrives in a Region and is not processed yet; what the first Region had sent to releasing."""
    waiting = hub.releasing
    if acting != hub.region:
        hub.become(acting)
    hub.open(opened(transaction_id=REQUEST, participant=participant, owner_region=acting))
    hub.incoming(message(body, participant=participant, transaction_id=REQUEST))
    hub.power.effects = 0
    return waiting


def _answer(hub: Hub, transaction_id: str = TRANSACTION_ID) -> str:
    found = ReadAnswer(hub.transactions, hub.payloads)(participant=PARTICIPANT, transaction_id=transaction_id)
    assert isinstance(found, Answer)
    return found.xml.decode()


def _reasons(hub: Hub) -> list[str | None]:
    onward = ReleasingMessage.from_json(hub.releasing.sent[-1][0], ENVELOPES.open)
    return [None if each.reason is None else each.reason.code for each in onward.payments]


def test_it_ends_as_cancelled_with_its_answer_when_it_is_still_open(acting: str) -> None:
    hub = _hub(b"good:A bad good:B")
    _ask(hub, b"cancel:A cancel:B", acting=acting)
    assert hub.process() is ProcessingOutcome.ACCEPTED
    ended = hub.record()
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "CANC"]
    assert [(each.status.value, each.reason and each.reason.code) for each in ended.payments] == [
        ("CANC", "DS02"),
        ("RJCT", "AC01"),
        ("CANC", "DS02"),
    ]
    assert ended.reason is not None
    assert (ended.reason.code, REQUEST in ended.reason.text) == ("DS02", True)
    assert (ended.owner_region, ended.history[-1].region) == (REGION, acting)
    assert "None [('CANC', 'DS02'), ('RJCT', 'AC01'), ('CANC', 'DS02')]" in _answer(hub)
    assert CANCELLED_AT.isoformat() in _answer(hub)
    assert all(account.reserved_minor == 0 for account in hub.ledger.accounts.values())
    assert hub.ledger.balances == (0, 0)


def test_the_request_settles_and_says_so_when_it_cancelled(acting: str) -> None:
    hub = _hub()
    _ask(hub, acting=acting)
    hub.process()
    assert hub.release() is ReleasingOutcome.ENDED
    assert hub.statuses(REQUEST) == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert "ACSC [('ACSC', None)]" in _answer(hub, REQUEST)
    answer = hub.record(REQUEST).answer
    assert answer is not None
    assert answer.definition == "camt.029.001.09"


def test_the_end_is_told_once_and_leaves_the_list_when_its_own_region_cancels_it() -> None:
    hub = _hub()
    _ask(hub)
    hub.process()
    assert [(told.transaction_id, told.status.value) for told in hub.notifier.published] == [(TRANSACTION_ID, "CANC")]
    assert TRANSACTION_ID in hub.transactions.unlisted
    assert hub.process() is ProcessingOutcome.REPEATED
    assert len(hub.notifier.published) == 1


def test_the_owner_tells_of_it_when_the_other_region_cancels_it() -> None:
    hub = _hub()
    _ask(hub, acting=OTHER_REGION)
    hub.process()
    assert hub.notifier.published == []
    assert TRANSACTION_ID not in hub.transactions.unlisted
    hub.become(REGION)
    assert hub.time_out() is TimeoutOutcome.TOLD_AGAIN
    assert [(told.transaction_id, told.status.value) for told in hub.notifier.published] == [(TRANSACTION_ID, "CANC")]
    assert TRANSACTION_ID in hub.transactions.unlisted
    assert hub.time_out() is TimeoutOutcome.ENDED_OTHERWISE
    assert len(hub.notifier.published) == 1


def test_releasing_changes_nothing_when_it_was_cancelled_before(acting: str) -> None:
    hub = _hub()
    waiting = _ask(hub, acting=acting)
    hub.process()
    before = hub.record()
    hub.become(REGION)
    assert (
        hub.release(ReleasingMessage.from_json(waiting.sent[0][0], ENVELOPES.open))
        is ReleasingOutcome.DECIDED_OTHERWISE
    )
    assert hub.record() == before
    assert hub.ledger.balances == (0, 0)


def test_it_is_refused_with_what_to_do_instead_when_it_has_settled(acting: str) -> None:
    hub = _hub()
    hub.release()
    before = hub.record()
    _ask(hub, acting=acting)
    assert hub.process() is ProcessingOutcome.REJECTED
    onward = ReleasingMessage.from_json(hub.releasing.sent[-1][0], ENVELOPES.open)
    assert onward.reason is not None
    assert (onward.status.value, onward.reason.code) == ("RJCT", "PTNA")
    assert "pacs.004" in onward.reason.text
    assert hub.release() is ReleasingOutcome.ENDED
    assert hub.record() == before
    assert hub.statuses(REQUEST) == ["ACCP", "ACTC", "RJCT"]


def test_it_is_refused_as_an_unknown_one_when_it_is_another_participants(acting: str) -> None:
    hub = _hub()
    before = hub.record()
    _ask(hub, b"cancel:A cancel:unknown", acting=acting, participant="participant-b")
    hub.process()
    onward = ReleasingMessage.from_json(hub.releasing.sent[-1][0], ENVELOPES.open)
    assert _reasons(hub) == ["NOOR", "NOOR"]
    assert len({each.reason for each in onward.payments}) == 1
    assert hub.record() == before
    assert hub.ledger.states[TRANSACTION_ID] is TransferState.RESERVED


def test_it_is_told_that_it_was_cancelled_when_it_is_asked_for_twice() -> None:
    hub = _hub()
    _ask(hub)
    hub.process()
    second = REQUEST.replace("c0056", "c0057")
    hub.open(opened(transaction_id=second))
    hub.incoming(message(b"cancel:A", transaction_id=second))
    assert hub.process() is ProcessingOutcome.REJECTED
    assert _reasons(hub) == ["NARR"]
    assert hub.statuses().count("CANC") == 1


def test_a_part_is_cancelled_when_the_rest_cannot_be() -> None:
    hub = _hub(b"good:A good:B")
    _ask(hub, b"cancel:A cancel:B cancel:C")
    assert hub.process() is ProcessingOutcome.ACCEPTED
    assert _reasons(hub) == [None, None, "NOOR"]
    assert "PART" in ReleasingMessage.from_json(hub.releasing.sent[-1][0], ENVELOPES.open).answer.decode()


def test_nothing_is_cancelled_when_only_some_payments_of_a_message_are_named() -> None:
    hub = _hub(b"good:A good:B")
    _ask(hub)
    assert hub.process() is ProcessingOutcome.REJECTED
    assert _reasons(hub) == ["NARR"]
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP"]


def test_it_ends_as_cancelled_when_processing_had_not_come_to_acsp(acting: str) -> None:
    hub = _hub(acsp=False)
    first = ProcessingMessage.from_json(hub.processing.sent[0][0])
    hub.power.effects, hub.power.cut_at = 0, 2
    with pytest.raises(Killed):
        hub.process()
    hub.power.cut_at = None
    _ask(hub, acting=acting)
    hub.process()
    assert hub.statuses() == ["ACCP", "ACTC", "CANC"]
    hub.become(REGION)
    assert hub.process(first) is ProcessingOutcome.VOIDED
    assert hub.statuses() == ["ACCP", "ACTC", "CANC"]


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", EFFECTS)
def test_it_ends_as_undisturbed_when_killed_at_any_effect_and_redelivered(effect: int, *, cut_after: bool) -> None:
    undisturbed, hub = _hub(), _hub()
    _ask(undisturbed)
    _ask(hub)
    undisturbed.process()
    assert undisturbed.power.effects == len(EFFECTS)
    hub.power.cut_at, hub.power.cut_after = effect, cut_after
    with pytest.raises(Killed):
        hub.process()
    hub.process()
    assert hub.statuses() == undisturbed.statuses()
    assert hub.payloads.buckets == undisturbed.payloads.buckets
    assert hub.releasing.delivered == undisturbed.releasing.delivered
    assert hub.ledger.accounts == undisturbed.ledger.accounts
    assert len({told.transaction_id for told in hub.notifier.published}) == 1
    assert TRANSACTION_ID in hub.transactions.unlisted


@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", EFFECTS)
def test_the_owners_deadline_ends_it_the_same_when_the_request_never_comes_again(
    effect: int, acting: str, *, cut_after: bool
) -> None:
    undisturbed, hub = _hub(), _hub()
    for each in (undisturbed, hub):
        _ask(each, acting=acting)
    undisturbed.process()
    hub.power.cut_at, hub.power.cut_after = effect, cut_after
    # In the other Region there are two effects less: it tells and unlists nothing.
    with pytest.raises(Killed) if effect <= undisturbed.power.effects else nullcontext():
        hub.process()
    hub.power.cut_at = None
    cancelled = hub.ledger.states[TRANSACTION_ID] is TransferState.CANCELLED
    assert cancelled is (effect > 1 or cut_after)
    hub.become(REGION)
    hub.clock.moment = hub.record().deadline + timedelta(seconds=5)
    hub.time_out()
    hub.time_out()
    assert hub.statuses()[-1] == ("CANC" if cancelled else "RJCT")
    if cancelled:
        assert _answer(hub) == _answer(undisturbed)
    assert {told.status.value for told in hub.notifier.published} <= {hub.statuses()[-1]}
    assert TRANSACTION_ID in hub.transactions.unlisted


@pytest.mark.parametrize("effect", EFFECTS)
def test_no_end_is_visible_without_its_answer_when_killed(effect: int, acting: str) -> None:
    hub = _hub()
    _ask(hub, acting=acting)
    hub.power.cut_at = effect
    with pytest.raises(Killed) if acting == REGION or effect < len(EFFECTS) - 1 else nullcontext():
        hub.process()
    found = ReadAnswer(hub.transactions, hub.payloads)(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
    assert isinstance(found, Answer) is hub.record().ended


def test_nothing_is_cancelled_when_the_deadline_of_the_request_was_first() -> None:
    hub = _hub()
    _ask(hub)
    hub.clock.moment = hub.record(REQUEST).deadline
    hub.time_out(REQUEST)
    assert hub.process() is ProcessingOutcome.VOIDED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP"]
    assert hub.ledger.states[TRANSACTION_ID] is TransferState.RESERVED


def test_the_request_ends_as_carried_out_when_processing_fails_for_good_after_it_cancelled() -> None:
    hub = _hub()
    _ask(hub)
    hub.power.cut_at, hub.power.cut_after = 1, True
    with pytest.raises(Killed):
        hub.process()
    hub.clock.moment = hub.record(REQUEST).deadline
    assert hub.time_out(REQUEST) is TimeoutOutcome.SETTLED
    assert hub.statuses(REQUEST) == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "CANC"]
    assert "ACSC" in _answer(hub, REQUEST)


def test_the_request_ends_as_carried_out_when_its_deadline_comes_after_it_cancelled() -> None:
    hub = _hub()
    _ask(hub)
    hub.process()
    hub.clock.moment = hub.record(REQUEST).deadline
    assert hub.time_out(REQUEST) is TimeoutOutcome.SETTLED
    assert hub.release() is ReleasingOutcome.REPEATED
    assert hub.statuses(REQUEST)[-1] == "ACSC"


@pytest.mark.parametrize(("owner_region", "epoch"), [(OTHER_REGION, 2), (OTHER_REGION, 1), (REGION, 3)])
def test_it_is_tried_again_when_the_transaction_is_taken_over_just_then(owner_region: str, epoch: int) -> None:
    hub = _hub()
    _ask(hub)
    taken = replace(hub.record(), owner_region=owner_region, epoch=epoch)
    # Its find for permission, the request's own, and the one before the end, after which it is taken over.
    hub.transactions.after_find = [lambda: hub.open(taken), lambda: None, lambda: None]
    with pytest.raises(ConcurrentChange):
        hub.process()
    assert not hub.record().ended
    hub.process()
    assert hub.statuses()[-1] == "CANC"
    assert (hub.record().owner_region, hub.record().epoch) == (owner_region, epoch)


def test_it_waits_when_the_cancelled_message_cannot_be_read_yet() -> None:
    hub = _hub()
    _ask(hub)
    request = ProcessingMessage.from_json(hub.processing.sent[-1][0])
    lost = {
        region: {key: value for key, value in bucket.items() if REQUEST in key}
        for region, bucket in hub.payloads.buckets.items()
    }
    kept, hub.payloads.buckets = hub.payloads.buckets, lost
    with pytest.raises(PayloadUnavailable):
        hub.process(request)
    hub.payloads.buckets = kept
    hub.process(request)
    assert hub.statuses()[-1] == "CANC"


def test_it_ends_without_its_message_when_that_cannot_be_read_for_long() -> None:
    hub = _hub()
    _ask(hub)
    for bucket in hub.payloads.buckets.values():
        for key in [each for each in bucket if TRANSACTION_ID in each]:
            del bucket[key]
    hub.clock.moment = CANCELLED_AT + PATIENCE
    hub.process()
    assert hub.statuses()[-1] == "CANC"
    assert hub.record().payments == ()


def test_it_is_reported_when_status_and_ledger_contradict_each_other() -> None:
    hub = _hub()
    _ask(hub)
    hub.open(replace(hub.record(), status=TransactionStatus.ACSC))
    with pytest.raises(UnexpectedState):
        hub.process()


def test_the_money_goes_back_once_when_a_settled_payment_is_returned() -> None:
    hub = _hub()
    hub.release()
    assert hub.ledger.balances == (-1_000, 1_000)
    outcomes = []
    for transaction_id in (RETURN, REQUEST):
        hub.open(opened(transaction_id=transaction_id))
        hub.incoming(message(b"return:A", transaction_id=transaction_id))
        hub.process()
        hub.release()
        reason = hub.record(transaction_id).reason
        outcomes.append((hub.record(transaction_id).status.value, reason and reason.code))
    assert outcomes == [("ACSC", None), ("RJCT", "AM05")]
    assert hub.ledger.balances == (0, 0)


@pytest.mark.parametrize(("body", "code"), [(b"return:A", "FF12"), (b"return:B", "AG09")])
def test_a_return_is_refused_when_there_is_no_settled_payment(body: bytes, code: str) -> None:
    hub = _hub()
    hub.open(opened(transaction_id=RETURN))
    hub.incoming(message(body, transaction_id=RETURN))
    assert hub.process() is ProcessingOutcome.REJECTED
    assert _reasons(hub) == [code]
