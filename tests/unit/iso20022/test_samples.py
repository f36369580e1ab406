"""Every sample gets what samples/index.json says, each time, and as XML and JSON alike."""

import pytest
from lxml import etree

from lambdas.core.iso20022.assessment import Assessment
from tests.unit.iso20022.samples import (
    ANSWER_ID,
    FOLDER,
    JSON,
    NAMESPACE,
    NOON,
    SAMPLES,
    STRICT,
    TODAY,
    ExpectedPayment,
    Sample,
)

by_file = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)


def assessed(sample: Sample) -> Assessment:
    return STRICT.assess(sample.body(), content_type=sample.content_type, message_type=sample.message_type, today=TODAY)


def answered(sample: Sample) -> bytes:
    return STRICT.answer(assessed(sample), answer_id=ANSWER_ID, created_at=NOON)


def document_of(answer: bytes) -> etree._Element:
    root = etree.fromstring(answer)
    return next(element for element in root.iter() if etree.QName(element).localname == "Document")


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.after is None], ids=lambda sample: sample.file)
def test_assessment_is_the_indexed_one_when_a_sample_is_read(sample: Sample) -> None:
    assessment = assessed(sample)
    reason = assessment.reason
    payments = tuple(
        ExpectedPayment(
            payment.end_to_end_id,
            "ACSC" if payment.accepted else "RJCT",
            None if payment.reason is None else payment.reason.code,
        )
        for payment in assessment.payments
    )
    assert ("ACSC" if assessment.accepted else "RJCT") == sample.status
    assert assessment.group_status == sample.group_status
    assert (None if reason is None else (reason.code, reason.path)) == sample.reason
    assert payments == sample.payments


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.after], ids=lambda sample: sample.file)
def test_a_message_is_left_to_the_ledger_when_it_is_about_another_samples_payment(sample: Sample) -> None:
    assessment = assessed(sample)
    original = assessed(next(each for each in SAMPLES if each.file == sample.after))
    assert assessment.accepted
    for named, payment in zip(assessment.payments, original.payments, strict=True):
        assert (named.uetr, named.transaction_id) == (payment.uetr, payment.transaction_id)
        assert (named.original_message_id, named.original_agent) == (original.message_id, payment.agents.instructing)
        assert (named.amount, named.currency) == (payment.amount, payment.currency)


@by_file
def test_answer_is_of_the_indexed_definition_when_a_sample_is_answered(sample: Sample) -> None:
    answer = answered(sample)
    assert STRICT.answer_definition(assessed(sample)) == sample.answer
    assert etree.QName(document_of(answer)).namespace == f"{NAMESPACE}{sample.answer}"


@by_file
def test_same_bytes_when_a_sample_is_answered_twice(sample: Sample) -> None:
    assert answered(sample) == answered(sample)


@pytest.mark.parametrize(
    "sample",
    [sample for sample in SAMPLES if sample.file.endswith(".xml") and assessed(sample).definition is not None],
    ids=lambda sample: sample.file,
)
def test_equal_assessments_when_a_message_comes_as_xml_and_as_json(sample: Sample) -> None:
    as_xml = assessed(sample)
    twin = STRICT.to_json(sample.body())
    as_json = STRICT.assess(twin, content_type=JSON, message_type=as_xml.definition, today=TODAY)
    # A key that stands out of order in XML has no order in JSON, and is put right.
    if sample.reason != ("FF01", "Document/FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId/TxId"):
        assert as_json == as_xml


def test_every_file_is_indexed_when_the_folder_is_listed() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"index.json"}
    assert files == {sample.file for sample in SAMPLES}
    assert len(SAMPLES) >= 16


def test_no_sample_is_too_large_when_it_is_sent() -> None:
    assert max(len(sample.body()) for sample in SAMPLES) <= 262_144


def test_uetrs_are_distinct_when_all_samples_are_sent() -> None:
    uetrs = [
        payment.uetr
        for sample in SAMPLES
        if sample.status == "ACSC" and sample.after is None
        for payment in assessed(sample).payments
        if payment.accepted
    ]
    assert len(uetrs) == len(set(uetrs))
