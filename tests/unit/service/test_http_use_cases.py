"""Opening and reading transactions, accepting messages, reading answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lambdas.core.durability import Consistency
from lambdas.core.lifecycle import FailoverChoice, TransactionStatus
from lambdas.core.messages import IncomingMessage
from lambdas.service.accept_message import AcceptMessage
from lambdas.service.open_transaction import NoFreeId, Opened, OpenTransaction
from lambdas.service.ports import PayloadUnavailable, UnexpectedState
from lambdas.service.read_answer import Answer, ReadAnswer, StillOpen
from lambdas.service.read_transaction import NotFound, ReadTransaction
from tests.unit.service.fakes import (
    ENVELOPES,
    OTHER_REGION,
    PARTICIPANT,
    REGION,
    TRANSACTION_ID,
    FakePayloads,
    FakeQueue,
    FakeTransactions,
    ListedIds,
    TickingClock,
    opened,
)
from tests.unit.service.hub import Hub, message

OTHER_ID = "7d9e5a10-1b2c-4d3e-8f40-a1b2c3d4e5f6"


def _open(store: FakeTransactions, *ids: str) -> Opened | NoFreeId:
    use_case = OpenTransaction(store, TickingClock(), ListedIds(list(ids)), REGION, 60)
    return use_case(participant=PARTICIPANT, on_failover=FailoverChoice.CANCEL)


def test_accp_is_recorded_with_deadline_and_choice_when_a_transaction_is_opened() -> None:
    store = FakeTransactions()
    outcome = _open(store, TRANSACTION_ID)
    assert isinstance(outcome, Opened)
    assert store.items == {TRANSACTION_ID: outcome.transaction}
    transaction = outcome.transaction
    assert transaction.status is TransactionStatus.ACCP
    assert transaction.deadline - transaction.created_at == timedelta(seconds=60)
    assert transaction.on_failover is FailoverChoice.CANCEL
    assert (transaction.owner_region, transaction.epoch) == (REGION, 1)


def test_another_id_is_tried_when_one_is_taken() -> None:
    store = FakeTransactions()
    store.items[TRANSACTION_ID] = opened(participant="participant-b")
    outcome = _open(store, TRANSACTION_ID, OTHER_ID)
    assert isinstance(outcome, Opened)
    assert outcome.transaction.transaction_id == OTHER_ID
    assert store.items[TRANSACTION_ID].participant == "participant-b"


def test_it_gives_up_when_three_ids_are_taken() -> None:
    store = FakeTransactions()
    store.items[TRANSACTION_ID] = opened(participant="participant-b")
    assert isinstance(_open(store, *[TRANSACTION_ID] * 3), NoFreeId)


def test_a_client_finds_its_own_transaction_and_no_other_when_it_reads() -> None:
    store = FakeTransactions()
    store.items[TRANSACTION_ID] = opened()
    read = ReadTransaction(store)
    assert read(participant=PARTICIPANT, transaction_id=TRANSACTION_ID) == opened()
    assert read(participant="participant-b", transaction_id=TRANSACTION_ID) == NotFound()
    assert read(participant=PARTICIPANT, transaction_id=OTHER_ID) == NotFound()


def test_any_bytes_survive_the_queue_when_a_message_is_accepted() -> None:
    queue = FakeQueue()
    body = bytes(range(256)) * 3
    AcceptMessage(queue, ENVELOPES)(message(body))
    assert IncomingMessage.from_json(queue.sent[0][0], ENVELOPES.open) == message(body)
    assert queue.sent[0][1] == TRANSACTION_ID


def test_a_message_waits_for_no_other_when_it_is_sent_again_content_with_one_region() -> None:
    queue = FakeQueue()
    accept = AcceptMessage(queue, ENVELOPES)
    accept(message())
    accept(replace(message(), consistency=Consistency.AVAILABLE))
    assert [group for _, group, _ in queue.sent] == [TRANSACTION_ID, f"{TRANSACTION_ID}:one"]
    assert len(queue.delivered) == 2


def test_both_messages_are_delivered_when_another_client_or_another_body_uses_one_id() -> None:
    queue = FakeQueue()
    accept = AcceptMessage(queue, ENVELOPES)
    accept(message(b"good"))
    accept(message(b"good"))
    accept(message(b"other"))
    accept(message(b"good", participant="participant-b"))
    assert len(queue.delivered) == 3


def _ended() -> Hub:
    hub = Hub()
    hub.open()
    hub.incoming(message())
    hub.process()
    hub.release()
    return hub


def test_the_answer_can_be_read_again_and_in_either_region_when_the_transaction_ended() -> None:
    hub = _ended()
    read = ReadAnswer(hub.transactions, hub.payloads)
    elsewhere = ReadAnswer(hub.transactions, FakePayloads(region=OTHER_REGION, buckets=hub.payloads.buckets))
    answers = [each(participant=PARTICIPANT, transaction_id=TRANSACTION_ID) for each in (read, read, elsewhere)]
    assert isinstance(answers[0], Answer)
    assert answers[0] == answers[1] == answers[2]


def test_no_answer_is_given_when_the_transaction_is_open_or_not_the_clients() -> None:
    hub = Hub()
    hub.open()
    read = ReadAnswer(hub.transactions, hub.payloads)
    assert read(participant=PARTICIPANT, transaction_id=TRANSACTION_ID) == StillOpen(TransactionStatus.ACCP)
    assert read(participant="participant-b", transaction_id=TRANSACTION_ID) == NotFound()
    assert read(participant=PARTICIPANT, transaction_id=OTHER_ID) == NotFound()


def test_it_fails_rather_than_guesses_when_the_answer_is_gone() -> None:
    hub = _ended()
    read = ReadAnswer(hub.transactions, hub.payloads)
    for bucket in hub.payloads.buckets.values():
        bucket.clear()
    with pytest.raises(PayloadUnavailable):
        read(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
    hub.open(replace(hub.record(), answer=None))
    with pytest.raises(UnexpectedState):
        read(participant=PARTICIPANT, transaction_id=TRANSACTION_ID)
