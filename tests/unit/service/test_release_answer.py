"""From the releasing queue to the end of a transaction."""

from dataclasses import replace

import pytest

from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ReleasingMessage
from lambdas.service.ports import NothingReserved, UnexpectedState
from lambdas.service.read_answer import Answer, ReadAnswer
from lambdas.service.release_answer import ReleasingOutcome
from tests.unit.service.fakes import ENVELOPES, OTHER_REGION, PARTICIPANT, REGION, TRANSACTION_ID, Killed, Power
from tests.unit.service.hub import Hub, message


def _hub(body: bytes = b"good", power: Power | None = None) -> Hub:
    hub = Hub()
    hub.open()
    hub.incoming(message(body))
    hub.process()
    hub.power.effects = 0
    if power is not None:
        hub.power.cut_at, hub.power.cut_after = power.cut_at, power.cut_after
    return hub


@pytest.mark.parametrize(
    ("body", "history"),
    [
        (b"good", ["ACCP", "ACTC", "ACSP", "ACSC"]),
        (b"good bad", ["ACCP", "ACTC", "ACSP", "ACSC"]),
        (b"bad", ["ACCP", "ACTC", "RJCT"]),
    ],
)
def test_the_transaction_ends_once_its_answer_is_stored_when_an_answer_comes(body: bytes, history: list[str]) -> None:
    hub = _hub(body)
    assert hub.release() is ReleasingOutcome.ENDED
    assert hub.statuses() == history
    ended = hub.record()
    assert ended.answer is not None
    assert hub.payloads.get(ended.answer.key, ended.answer.sha256).startswith(b"<answer")
    assert len(ended.payments) == len(body.split())
    [told] = hub.notifier.published
    assert (told.transaction_id, told.status, told.region, told.participant) == (
        TRANSACTION_ID,
        ended.status,
        REGION,
        PARTICIPANT,
    )
    assert told.at == ended.history[-1].at


def test_the_reason_is_on_record_when_the_transaction_is_rejected() -> None:
    hub = _hub(b"bad")
    hub.release()
    ended = hub.record()
    assert ended.reason is not None
    assert ended.reason.code == "AC01"
    assert ended.history[-1].reason == ended.reason
    assert ended.message is not None
    assert ended.message.definition == "pacs.008.001.08"


@pytest.mark.parametrize("body", [b"good", b"bad"])
@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2, 3, 4, 5])
def test_it_ends_as_undisturbed_when_killed_at_any_effect_and_redelivered(
    body: bytes, effect: int, *, cut_after: bool
) -> None:
    undisturbed = _hub(body)
    undisturbed.release()
    assert undisturbed.power.effects == 5
    hub = _hub(body, Power(effect, cut_after))
    with pytest.raises(Killed):
        hub.release()
    hub.release()
    assert hub.statuses() == undisturbed.statuses()
    assert hub.payloads.buckets == undisturbed.payloads.buckets
    assert hub.ledger.accounts == undisturbed.ledger.accounts
    assert len(set(hub.notifier.published)) == 1


@pytest.mark.parametrize("effect", [1, 2, 3, 4, 5])
def test_no_end_is_visible_without_its_answer_when_killed(effect: int) -> None:
    hub = _hub(power=Power(effect))
    with pytest.raises(Killed):
        hub.release()
    found = ReadAnswer(hub.transactions, hub.payloads)(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
    assert isinstance(found, Answer) is hub.record().ended


def test_subscribers_are_told_again_when_redelivered_after_the_end() -> None:
    hub = _hub()
    hub.release()
    assert hub.release() is ReleasingOutcome.REPEATED
    assert hub.notifier.published[0] == hub.notifier.published[1]
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "ACSC"]


def test_nothing_changes_when_the_transaction_ended_with_another_answer() -> None:
    hub = _hub()
    hub.release()
    before = hub.record()
    late = replace(
        ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open),
        status=TransactionStatus.RJCT,
        answer=b"<late/>",
    )
    assert hub.release(late) is ReleasingOutcome.DECIDED_OTHERWISE
    assert hub.ledger.balances == (-1_000, 1_000)
    assert hub.record() == before
    assert before.answer is not None
    assert hub.payloads.get(before.answer.key, before.answer.sha256) != b"<late/>"
    assert len(hub.notifier.published) == 1


@pytest.mark.parametrize(("owner_region", "epoch"), [(OTHER_REGION, 2), (OTHER_REGION, 1), (REGION, 3)])
def test_nothing_is_recorded_or_told_when_the_transaction_was_taken_over(owner_region: str, epoch: int) -> None:
    hub = _hub()
    taken = hub.open(replace(hub.record(), owner_region=owner_region, epoch=epoch))
    assert hub.release() is ReleasingOutcome.FENCED
    assert hub.record() == taken
    assert hub.notifier.published == []


def test_the_rejection_holds_when_acsp_was_recorded_before_the_message_was_found_wrong() -> None:
    hub = _hub()
    wrong = replace(ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open), status=TransactionStatus.RJCT)
    assert hub.release(wrong) is ReleasingOutcome.ENDED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "RJCT"]


def test_it_is_reported_when_the_answer_is_ahead_of_its_transaction() -> None:
    hub = _hub()
    hub.open(replace(hub.record(), status=TransactionStatus.ACTC))
    with pytest.raises(UnexpectedState):
        hub.release()


def test_it_is_reported_when_the_transaction_is_not_there() -> None:
    hub = _hub()
    hub.transactions.items.clear()
    with pytest.raises(UnexpectedState):
        hub.release()


def test_subscribers_are_told_the_same_again_when_a_message_was_refused_since_the_end() -> None:
    hub = _hub()
    hub.release()
    hub.incoming(message(b"another"))
    hub.release()
    assert hub.notifier.published[0] == hub.notifier.published[1]


def test_the_money_moves_when_the_transaction_ends_well() -> None:
    hub = _hub(b"good good bad")
    assert hub.ledger.balances == (0, 0)
    hub.release()
    assert hub.ledger.balances == (-2_000, 2_000)
    assert all(account.reserved_minor == 0 for account in hub.ledger.accounts.values())


def test_nothing_can_be_reserved_later_when_the_transaction_is_rejected() -> None:
    hub = _hub(b"bad")
    hub.release()
    assert hub.ledger.reserve(TRANSACTION_ID, ()) is None


def test_the_end_is_left_to_who_voided_when_the_funds_are_voided_before() -> None:
    hub = _hub()
    hub.ledger.void(TRANSACTION_ID)
    assert hub.release() is ReleasingOutcome.DECIDED_OTHERWISE
    assert hub.release().needs_attention
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP"]
    assert hub.keys(REGION, "outgoing") == []
    assert hub.notifier.published == []
    rejection = replace(
        ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open), status=TransactionStatus.RJCT
    )
    assert hub.release(rejection) is ReleasingOutcome.ENDED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP", "RJCT"]
    assert hub.ledger.balances == (0, 0)


def test_it_is_reported_when_the_ledger_knows_nothing_of_what_is_to_be_posted() -> None:
    hub = _hub()
    hub.ledger.states.clear()
    with pytest.raises(NothingReserved):
        hub.release()
    assert hub.keys(REGION, "outgoing") == []
