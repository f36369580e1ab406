"""From the processing queue to ACSP, or on with a rejection."""

from dataclasses import replace

import pytest

from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import ProcessingMessage, ReleasingMessage
from lambdas.service.ports import PayloadCorrupted, PayloadUnavailable, UnexpectedState
from lambdas.service.process_message import ProcessingOutcome
from tests.unit.service.fakes import ENVELOPES, OTHER_REGION, REGION, TRANSACTION_ID, Killed, Power, opened
from tests.unit.service.hub import Hub, message


def _hub(body: bytes = b"good", power: Power | None = None) -> Hub:
    hub = Hub()
    hub.open()
    hub.incoming(message(body))
    hub.power.effects = 0
    if power is not None:
        hub.power.cut_at, hub.power.cut_after = power.cut_at, power.cut_after
    return hub


def test_acsp_is_recorded_and_the_answer_passed_on_when_a_payment_is_good() -> None:
    hub = _hub(b"good bad")
    assert hub.process() is ProcessingOutcome.ACCEPTED
    assert hub.statuses() == ["ACCP", "ACTC", "ACSP"]
    onward = ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open)
    assert onward.status is TransactionStatus.ACSC
    assert [payment.status.value for payment in onward.payments] == ["ACSC", "RJCT"]
    assert b"PART" in onward.answer
    assert hub.releasing.sent[0][1:] == (TRANSACTION_ID, f"{TRANSACTION_ID}-1")
    recorded = hub.record().message
    assert recorded is not None
    assert recorded.definition == "pacs.008.001.08"


def test_the_transaction_stays_at_actc_when_no_payment_is_good() -> None:
    hub = _hub(b"bad")
    assert hub.process() is ProcessingOutcome.REJECTED
    assert hub.statuses() == ["ACCP", "ACTC"]
    onward = ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open)
    assert onward.status is TransactionStatus.RJCT
    assert onward.reason is not None
    assert onward.reason.code == "AC01"


@pytest.mark.parametrize("body", [b"good", b"bad", b"good:A good:A"])
@pytest.mark.parametrize("cut_after", [False, True])
@pytest.mark.parametrize("effect", [1, 2, 3])
def test_it_ends_as_undisturbed_when_killed_at_any_effect_and_redelivered(
    body: bytes, effect: int, *, cut_after: bool
) -> None:
    undisturbed = _hub(body)
    undisturbed.process()
    hub = _hub(body, Power(effect, cut_after))
    if effect <= undisturbed.power.effects:
        with pytest.raises(Killed):
            hub.process()
    hub.process()
    assert hub.statuses() == undisturbed.statuses()
    assert hub.releasing.delivered == undisturbed.releasing.delivered
    assert len({body for body, _, _ in hub.releasing.sent}) == 1
    assert hub.ledger.accounts == undisturbed.ledger.accounts


def test_the_same_answer_is_sent_when_redelivered_a_day_later() -> None:
    hub = _hub()
    hub.process()
    hub.clock.moment = hub.clock.moment.replace(day=5)
    assert hub.process() is ProcessingOutcome.REPEATED
    assert hub.releasing.sent[0] == hub.releasing.sent[1]


@pytest.mark.parametrize("body", [b"good", b"bad"])
def test_nothing_more_is_done_when_redelivered_after_the_end(body: bytes) -> None:
    hub = _hub(body)
    hub.process()
    hub.release()
    before = hub.record()
    assert hub.process() is ProcessingOutcome.ALREADY_ENDED
    assert hub.record() == before
    assert len(hub.releasing.sent) == 1


def test_no_second_rejection_is_made_when_the_deadline_made_one_before() -> None:
    hub = _hub(b"bad")
    hub.open(replace(hub.record(), status=TransactionStatus.RJCT))
    assert hub.process() is ProcessingOutcome.ALREADY_ENDED
    assert hub.releasing.sent == []


@pytest.mark.parametrize("body", [b"good", b"bad"])
@pytest.mark.parametrize(("owner_region", "epoch"), [(OTHER_REGION, 2), (OTHER_REGION, 1), (REGION, 3)])
def test_nothing_happens_when_the_transaction_was_taken_over(owner_region: str, epoch: int, body: bytes) -> None:
    hub = _hub(body)
    taken = hub.open(replace(hub.record(), owner_region=owner_region, epoch=epoch))
    assert hub.process() is ProcessingOutcome.FENCED
    assert hub.record() == taken
    assert hub.releasing.sent == []


def test_it_is_tried_again_when_the_payload_cannot_be_read() -> None:
    hub = _hub()
    for bucket in hub.payloads.buckets.values():
        bucket.clear()
    with pytest.raises(PayloadUnavailable):
        hub.process()
    assert hub.statuses() == ["ACCP", "ACTC"]


def test_the_other_regions_copy_is_read_when_the_own_one_is_lost() -> None:
    hub = _hub()
    hub.payloads.buckets[REGION].clear()
    assert hub.process() is ProcessingOutcome.ACCEPTED


def test_nothing_is_recorded_when_the_payload_is_not_the_one_on_record() -> None:
    hub = _hub()
    sent = ProcessingMessage.from_json(hub.processing.sent[0][0])
    stored = hub.payloads.buckets[REGION][sent.message.key]
    hub.payloads.buckets[REGION][sent.message.key] = replace(stored, body=b"good good")
    with pytest.raises(PayloadCorrupted):
        hub.process()
    assert hub.statuses() == ["ACCP", "ACTC"]


def test_it_is_reported_when_the_transaction_is_not_there() -> None:
    hub = _hub()
    hub.transactions.items.clear()
    with pytest.raises(UnexpectedState):
        hub.process()


def test_it_is_reported_when_the_transaction_never_got_a_message() -> None:
    hub = _hub()
    hub.open()
    with pytest.raises(UnexpectedState):
        hub.process()


def test_funds_are_held_before_acsp_is_recorded() -> None:
    hub = _hub(b"good", Power(2))
    with pytest.raises(Killed):
        hub.process()
    assert hub.statuses() == ["ACCP", "ACTC"]
    assert hub.ledger.accounts[("TWRLGB2L", "EUR")].reserved_minor == 1_000


def test_a_payment_is_refused_when_funds_are_lacking_and_the_others_go_on() -> None:
    hub = _hub(b"good good good")
    poor = replace(hub.ledger.accounts[("TWRLGB2L", "EUR")], net_debit_cap_minor=2_500)
    hub.ledger.accounts[poor.key] = poor
    assert hub.process() is ProcessingOutcome.ACCEPTED
    onward = ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open)
    assert [payment.status.value for payment in onward.payments] == ["ACSC", "ACSC", "RJCT"]
    reason = onward.payments[2].reason
    assert reason is not None
    assert (reason.code, reason.path) == ("AM04", "Document/CdtTrfTxInf")
    assert onward.reason is None
    assert b"PART" in onward.answer


def test_the_whole_is_rejected_when_the_ledger_takes_none() -> None:
    hub = _hub()
    hub.ledger.accounts.clear()
    assert hub.process() is ProcessingOutcome.REJECTED
    onward = ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open)
    assert onward.status is TransactionStatus.RJCT
    assert onward.reason is not None
    assert onward.reason.code == "RC03"
    assert hub.statuses() == ["ACCP", "ACTC"]


def test_the_same_answer_is_made_when_funds_came_in_before_the_redelivery() -> None:
    hub = _hub()
    account = hub.ledger.accounts[("TWRLGB2L", "EUR")]
    hub.ledger.accounts[account.key] = replace(account, net_debit_cap_minor=0)
    hub.process()
    hub.ledger.accounts[account.key] = account
    hub.process()
    assert hub.releasing.sent[0] == hub.releasing.sent[1]
    assert "AM04" in hub.releasing.sent[0][0]


def test_nothing_is_passed_on_when_the_funds_were_voided_before() -> None:
    hub = _hub()
    hub.ledger.void(TRANSACTION_ID)
    assert hub.process() is ProcessingOutcome.VOIDED
    assert ProcessingOutcome.VOIDED.needs_attention
    assert hub.statuses() == ["ACCP", "ACTC"]
    assert hub.releasing.sent == []


def test_the_second_is_refused_when_two_transactions_carry_one_uetr() -> None:
    hub = _hub(b"good:A")
    hub.process()
    other = "00000000-0000-4000-8000-000000000001"
    hub.open(opened(transaction_id=other))
    hub.incoming(message(b"good:A", transaction_id=other))
    assert hub.process() is ProcessingOutcome.REJECTED
    second = ReleasingMessage.from_json(hub.releasing.sent[1][0], ENVELOPES.open)
    assert second.reason is not None
    assert second.reason.code == "AM05"
    hub.release(ReleasingMessage.from_json(hub.releasing.sent[0][0], ENVELOPES.open))
    hub.release(second)
    assert (hub.record().status, hub.record(other).status) == (TransactionStatus.ACSC, TransactionStatus.RJCT)
    assert hub.ledger.balances == (-1_000, 1_000)
