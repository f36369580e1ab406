"""The JSON forms of queue messages and of transactions."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.documents import Fields, MalformedDocument, instant_text
from lambdas.core.durability import Consistency, Copies
from lambdas.core.envelope import EnvelopeRefused
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import IncomingMessage, Notification, ProcessingMessage, ReleasingMessage
from lambdas.core.payload import answer_id, deduplication_id
from lambdas.core.transaction import (
    AnswerReference,
    MessageReference,
    PaymentOutcome,
    RefusedMessage,
    Transaction,
)
from tests.unit.service.fakes import ENVELOPES, PARTICIPANT, START, TRANSACTION_ID, opened

OTHER_ID = "7d9e5a10-1b2c-4d3e-8f40-a1b2c3d4e5f6"
REASON = Reason("AC01", "Document/X", "expected an IBAN")
REFERENCE = MessageReference(
    "incoming/x/y", "ab" * 32, "application/xml", None, "pacs.008.001.08",
    Consistency.AVAILABLE, Copies(("eu-west-1",), ("eu-west-2",)),
)  # fmt: skip
PAYMENT = PaymentOutcome("E2E-1", None, TransactionStatus.RJCT, REASON)
RELEASING = ReleasingMessage(
    TRANSACTION_ID, 2, TransactionStatus.RJCT, REASON, (PAYMENT,), None, "pacs.002.001.10", b"<x/>"
)
PROCESSING = ProcessingMessage(TRANSACTION_ID, 1, START, START, REFERENCE)
INCOMING = IncomingMessage(
    TRANSACTION_ID, PARTICIPANT, "application/json", "pacs.008.001.08", b"\xff\x00", Consistency.AVAILABLE
)


@given(st.binary(max_size=2000))
def test_an_incoming_message_comes_back_whole_when_its_body_is_any_bytes(body: bytes) -> None:
    message = replace(INCOMING, body=body)
    assert IncomingMessage.from_json(message.to_json(ENVELOPES.seal), ENVELOPES.open) == message


def test_processing_and_releasing_messages_come_back_whole_when_read_again() -> None:
    assert ProcessingMessage.from_json(PROCESSING.to_json()) == PROCESSING
    assert ReleasingMessage.from_json(RELEASING.to_json(ENVELOPES.seal), ENVELOPES.open) == RELEASING


@pytest.mark.parametrize("name", ["transaction_id", "participant", "content_type", "body"])
def test_an_incoming_message_is_malformed_when_a_field_is_missing(name: str) -> None:
    document = json.loads(INCOMING.to_json(ENVELOPES.seal))
    del document[name]
    with pytest.raises(MalformedDocument, match=name):
        IncomingMessage.from_json(json.dumps(document), ENVELOPES.open)


@pytest.mark.parametrize("text", ["", "no json", "[]", "null", '"text"', "{}", '{"transaction_id": 1}', "[" * 100_000])
def test_every_message_is_malformed_when_the_text_is_no_such_object(text: str) -> None:
    for kind in (IncomingMessage, ReleasingMessage):
        with pytest.raises(MalformedDocument):
            kind.from_json(text, ENVELOPES.open)
    with pytest.raises(MalformedDocument):
        ProcessingMessage.from_json(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", "1"), ("epoch", True), ("epoch", 1.5), ("status", "ACTC"), ("status", "CANC"), ("status", "NONE"),
        ("payments", "many"), ("payments", [1]), ("answer", "!"), ("reason", {"code": ""}),
    ],
)  # fmt: skip
def test_a_releasing_message_is_malformed_when_a_field_is_of_another_form(name: str, value: object) -> None:
    document = json.loads(RELEASING.to_json(ENVELOPES.seal)) | {name: value}
    with pytest.raises(MalformedDocument, match=name):
        ReleasingMessage.from_json(json.dumps(document), ENVELOPES.open)


@pytest.mark.parametrize("of_another", [{"transaction_id": OTHER_ID}, {"body": "AAAA"}])
def test_a_message_is_refused_when_its_body_was_sealed_for_something_else(of_another: dict[str, str]) -> None:
    document = json.loads(INCOMING.to_json(ENVELOPES.seal)) | of_another
    with pytest.raises(EnvelopeRefused):
        IncomingMessage.from_json(json.dumps(document), ENVELOPES.open)


def test_an_answer_is_refused_when_it_was_sealed_as_a_message() -> None:
    document = json.loads(RELEASING.to_json(ENVELOPES.seal))
    document["answer"] = json.loads(INCOMING.to_json(ENVELOPES.seal))["body"]
    with pytest.raises(EnvelopeRefused):
        ReleasingMessage.from_json(json.dumps(document), ENVELOPES.open)


def test_content_is_not_shown_when_a_message_is_printed() -> None:
    for each in (replace(INCOMING, body=b"Erika"), replace(RELEASING, answer=b"Erika")):
        assert "Erika" not in repr(each)


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-03T10:15:30.123"])
def test_a_moment_is_malformed_when_it_is_no_moment_or_has_no_offset(moment: str) -> None:
    document = json.loads(PROCESSING.to_json()) | {"accepted_at": moment}
    with pytest.raises(MalformedDocument, match="accepted_at"):
        ProcessingMessage.from_json(json.dumps(document))


def test_a_malformed_field_is_named_without_its_value_when_it_is_reported() -> None:
    document = json.loads(RELEASING.to_json(ENVELOPES.seal)) | {"status": "DE89370400440532013000"}
    with pytest.raises(MalformedDocument) as raised:
        ReleasingMessage.from_json(json.dumps(document), ENVELOPES.open)
    assert "DE89" not in str(raised.value)


def test_a_transaction_comes_back_whole_when_read_from_its_document() -> None:
    transaction = replace(
        opened(),
        reason=REASON,
        payments=(PAYMENT, replace(PAYMENT, reason=None, uetr="u", end_to_end_id=None)),
        message=REFERENCE,
        answer=AnswerReference("outgoing/x/y", "cd" * 32, "pacs.002.001.10"),
        refused_messages=(RefusedMessage("ef" * 32, START + timedelta(seconds=1), "the second"),),
    )
    assert Transaction.read(Fields.of(json.loads(json.dumps(transaction.document())), "transaction")) == transaction
    assert Transaction.read(Fields.of(opened().document(), "transaction")) == opened()


def test_an_instant_is_written_in_utc_and_milliseconds_when_it_has_another_offset() -> None:
    moment = datetime(2026, 11, 3, 11, 0, 0, 999999, tzinfo=timezone(timedelta(hours=1)))
    assert instant_text(moment) == "2026-11-03T10:00:00.999Z"
    assert instant_text(datetime(2026, 11, 3, tzinfo=UTC)) == "2026-11-03T00:00:00.000Z"


def test_a_notification_holds_no_payload_when_it_is_published() -> None:
    notification = Notification(TRANSACTION_ID, TransactionStatus.ACSC, "eu-west-1", PARTICIPANT, START)
    assert json.loads(notification.to_json()) == {
        "transaction_id": TRANSACTION_ID,
        "status": "ACSC",
        "region": "eu-west-1",
        "participant": PARTICIPANT,
        "at": "2026-11-03T10:15:30.123Z",
    }


def test_deduplication_ids_differ_when_any_part_does_or_the_parts_only_join_to_the_same_text() -> None:
    parts = [("ab", "c", b"d"), ("a", "bc", b"d"), ("a", "b", b"cd")]
    ids = {deduplication_id(*each, consistency) for each in parts for consistency in Consistency}
    assert len(ids) == 6
    assert {len(each) for each in ids} == {64}


def test_an_answers_id_fits_iso_20022_when_it_is_made_of_a_transactions() -> None:
    assert len(answer_id(TRANSACTION_ID)) <= 35


def test_every_region_is_meant_when_a_document_says_nothing_of_copies() -> None:
    sent, recorded = json.loads(INCOMING.to_json(ENVELOPES.seal)), REFERENCE.document()
    del sent["consistency"]
    assert IncomingMessage.from_json(json.dumps(sent), ENVELOPES.open).consistency is Consistency.BOTH
    old = {name: value for name, value in recorded.items() if name not in {"consistency", "copies"}}
    reference = MessageReference.read(Fields(old, "message"))
    assert (reference.consistency, reference.copies.consistency) == (Consistency.BOTH, Consistency.BOTH)


@pytest.mark.parametrize("regions", [None, "eu-west-1", [1], {}])
def test_copies_are_malformed_when_their_regions_are_no_texts(regions: object) -> None:
    document = json.loads(json.dumps(REFERENCE.document()))
    document["copies"]["regions"] = regions
    with pytest.raises(MalformedDocument, match=r"message\.copies\.regions"):
        MessageReference.read(Fields(document, "message"))
