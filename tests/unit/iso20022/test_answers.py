"""The answers: correlated, in the right place, whole in their texts, and never a guess."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lambdas.adapters.iso20022.answer_parts import pieces, short_id
from lambdas.adapters.iso20022.answers import AnswerInvalid
from lambdas.core.iso20022.assessment import Assessment, Reason, no_message
from lambdas.core.iso20022.cancellation_codes import CancellationCode
from lambdas.core.iso20022.definitions import ANSWERS, family
from lambdas.service.settlement import refused
from tests.unit.iso20022.samples import (
    ANSWER_ID,
    NAMESPACE,
    NOON,
    SAMPLES,
    STRICT,
    TODAY,
    Sample,
    assess,
    changed,
    text_of,
)


def answer(assessment: Assessment) -> etree._Element:
    return etree.fromstring(STRICT.answer(assessment, answer_id=ANSWER_ID, created_at=NOON))


def texts(root: etree._Element, *names: str) -> list[str]:
    found = [root]
    for name in names:
        found = [each for parent in found for each in parent.iter(f"{{*}}{name}")]
    return [each.text or "" for each in found]


def test_original_references_stand_in_the_answer_when_a_payment_is_accepted() -> None:
    root = answer(assess(text_of("01-single.xml")))
    assert texts(root, "OrgnlGrpInfAndSts", "OrgnlMsgId") == ["TW01-M"]
    assert texts(root, "OrgnlMsgNmId") == ["pacs.008.001.08"]
    assert texts(root, "OrgnlCreDtTm") == ["2026-01-12T09:30:00Z"]
    assert texts(root, "OrgnlCtrlSum") == ["1250.00"]
    assert texts(root, "GrpSts") == ["ACSC"]
    assert texts(root, "TxInfAndSts", "OrgnlInstrId") == ["TW01-I001"]
    assert texts(root, "TxInfAndSts", "OrgnlTxId") == ["TW01-T001"]
    assert texts(root, "TxInfAndSts", "TxSts") == ["ACSC"]
    assert texts(root, "AccptncDtTm") == ["2026-01-12T12:00:00.000Z"]


def test_agents_are_swapped_when_the_message_names_both() -> None:
    root = answer(assess(text_of("01-single.xml")))
    assert texts(root, "InstgAgt", "BICFI") == ["RAILFRPPXXX"]
    assert texts(root, "InstdAgt", "BICFI") == ["TWRLGB2LXXX"]


def test_agents_come_from_the_payment_when_the_header_names_none() -> None:
    root = answer(assess(text_of("08-between-institutions.xml")))
    assert texts(root, "InstgAgt", "BICFI") == ["RAILDEFFXXX"]


def test_statuses_are_counted_when_some_payments_are_refused() -> None:
    root = answer(assess(text_of("07-batch-in-part.xml")))
    assert texts(root, "GrpSts") == ["PART"]
    assert list(zip(texts(root, "DtldSts"), texts(root, "DtldNbOfTxs"), strict=True)) == [("ACSC", "3"), ("RJCT", "3")]
    assert texts(root, "StsRsnInf", "Cd") == ["AC01", "AM05", "BE11"]


def test_path_and_rule_can_be_read_when_the_text_is_in_pieces() -> None:
    assessment = assess(text_of("13-wrong-check-digits.xml"))
    reason = assessment.reason
    assert reason is not None
    pieces_of_text = texts(answer(assessment), "AddtlInf")
    assert len(pieces_of_text) > 1
    assert " ".join(pieces_of_text) == f"{reason.path}: {reason.text}"


@given(st.text(alphabet="abc ", max_size=500))
def test_no_piece_is_too_long_or_empty_when_any_text_is_cut(text: str) -> None:
    cut = list(pieces(text))
    assert all(1 <= len(piece) <= 105 for piece in cut)
    assert "".join(cut).replace(" ", "") == text.replace(" ", "")


def test_payments_stand_under_their_group_when_an_initiation_is_answered() -> None:
    root = answer(assess(text_of("09-initiation.xml")))
    groups = list(root.iter("{*}OrgnlPmtInfAndSts"))
    assert [texts(group, "OrgnlPmtInfId") for group in groups] == [["TW09-P1"], ["TW09-P2"]]
    assert [len(texts(group, "TxSts")) for group in groups] == [2, 1]


REQUEST = text_of("11-cancellation.xml")
SECOND = "<TxInf><OrgnlTxId>TW01-T002</OrgnlTxId></TxInf></Undrlyg>"
TWO = REQUEST.replace("</Undrlyg>", SECOND).replace("<NbOfTxs>1<", "<NbOfTxs>2<")


@pytest.mark.parametrize(
    ("body", "left_out", "confirmation", "group", "payments"),
    [
        (REQUEST, set(), "CNCL", "ACCR", ["ACCR"]),
        (TWO, set(), "CNCL", "ACCR", ["ACCR", "ACCR"]),
        (TWO, {0}, "PECR", "PACR", ["RJCR", "ACCR"]),
        (TWO, {0, 1}, "RJCR", "RJCR", ["RJCR", "RJCR"]),
    ],
)
def test_each_payment_is_answered_for_when_a_request_to_cancel_is_decided(
    body: str, left_out: set[int], confirmation: str, group: str, payments: list[str]
) -> None:
    root = answer(refused(assess(body), dict.fromkeys(left_out, (CancellationCode.PASSED_ON, "it has settled"))))
    assert texts(root, "Sts", "Conf") == [confirmation]
    assert texts(root, "GrpCxlSts") == [group]
    assert texts(root, "TxCxlSts") == payments
    assert texts(root, "CxlStsRsnInf", "Cd") == ["PTNA"] * len(left_out)
    assert texts(root, "Assgne", "BICFI") == ["TWRLGB2LXXX"]


def test_the_text_carries_the_code_when_the_request_to_cancel_is_itself_wrong() -> None:
    root = answer(assess(REQUEST.replace('Ccy="GBP"', 'Ccy="XTS"')))
    assert texts(root, "Sts", "Conf") == ["RJCR"]
    assert set(texts(root, "CxlStsRsnInf", "Cd")) == {"NARR"}
    assert any(each.startswith("AM03 Document/") for each in texts(root, "AddtlInf"))


CANCELLED = Reason("DS02", "", "cancelled at the request of another transaction")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_the_answer_is_valid_and_names_no_group_status_when_any_message_is_cancelled(sample: Sample) -> None:
    before = STRICT.assess(
        sample.body(), content_type=sample.content_type, message_type=sample.message_type, today=TODAY
    )
    if not before.accepted or before.definition == "camt.056.001.08":
        return
    cancelled = before.as_cancelled(CANCELLED)
    root = answer(cancelled)
    assert (cancelled.reason, cancelled.accepted, cancelled.group_status) == (CANCELLED, False, None)
    assert texts(root, "GrpSts") == []
    assert not {"ACSC", "PART"} & set(texts(root, "PmtInfSts"))
    assert texts(root, "TxSts") == ["CANC" if each.accepted else "RJCT" for each in before.payments]
    assert texts(root, "AccptncDtTm") == []
    assert texts(root, "TxInfAndSts", "StsRsnInf", "Cd") == [
        "DS02" if each.reason is None else each.reason.code for each in before.payments
    ]
    counted = dict(zip(texts(root, "DtldSts"), texts(root, "DtldNbOfTxs"), strict=True))
    if "pain.002" not in root.tag:
        assert counted.get("CANC") == str(sum(each.accepted for each in before.payments))


def test_the_group_gives_the_reason_when_a_cancelled_message_cannot_be_read_any_more() -> None:
    root = answer(replace(no_message(CANCELLED), cancelled=True))
    assert texts(root, "GrpSts") == []
    assert texts(root, "OrgnlGrpInfAndSts", "Cd") == ["DS02"]


def test_header_goes_back_when_the_message_had_one() -> None:
    root = answer(assess(text_of("03-with-header.xml")))
    header = root.find(f"{{{NAMESPACE}head.001.001.02}}AppHdr")
    assert root.tag == "Message"
    assert header is not None
    assert [child.tag.rpartition("}")[2] for child in header] == [
        "Fr",
        "To",
        "BizMsgIdr",
        "MsgDefIdr",
        "BizSvc",
        "CreDt",
        "Rltd",
    ]
    assert texts(header[0], "BICFI") == ["RAILFRPPXXX"]
    assert texts(header[-1], "BizMsgIdr") == ["TW03-M"]


@pytest.mark.parametrize("definition", sorted(ANSWERS))
def test_answer_is_valid_when_a_message_of_any_definition_is_empty(definition: str) -> None:
    assessment = assess(f'<Document xmlns="{NAMESPACE}{definition}"/>')
    root = answer(assessment)
    assert root.tag == f"{{{NAMESPACE}{ANSWERS[definition]}}}Document"
    if family(definition) != "camt.056":
        assert texts(root, "OrgnlMsgId") == ["NOTPROVIDED"]


def test_newest_answer_when_nothing_can_be_read() -> None:
    root = answer(assess("hello"))
    assert root.tag == f"{{{NAMESPACE}pacs.002.001.15}}Document"
    assert texts(root, "OrgnlMsgNmId") == ["NOTPROVIDED"]


def test_reference_is_left_out_when_it_would_make_the_answer_invalid() -> None:
    root = answer(assess(changed("01-single.xml", ("TW01-E001", "E" * 40), ("TW01-M", "M" * 40))))
    assert texts(root, "OrgnlEndToEndId") == []
    assert texts(root, "OrgnlMsgId") == ["NOTPROVIDED"]
    assert texts(root, "OrgnlTxId") == ["TW01-T001"]


@pytest.mark.parametrize(
    ("given_id", "expected"), [("abc", "abc"), (ANSWER_ID, ANSWER_ID.replace("-", "")), ("x" * 40, "x" * 35)]
)
def test_id_has_at_most_35_characters_when_it_is_shortened(given_id: str, expected: str) -> None:
    assert short_id(given_id) == expected


def test_time_is_told_in_utc_when_it_is_given_in_another_zone() -> None:
    moment = datetime(2026, 1, 12, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    assessment = assess(text_of("01-single.xml"))
    assert STRICT.answer(assessment, answer_id="a", created_at=moment) == STRICT.answer(
        assessment, answer_id="a", created_at=moment.astimezone(UTC)
    )


def test_no_answer_leaves_when_it_would_be_invalid() -> None:
    assessment = replace(assess(text_of("01-single.xml")), message_id="M" * 40)
    with pytest.raises(AnswerInvalid, match="OrgnlMsgId"):
        STRICT.answer(assessment, answer_id="a", created_at=NOON)


def test_no_answer_leaves_when_a_reason_code_is_none() -> None:
    assessment = assess(text_of("13-wrong-check-digits.xml"))
    wrong = replace(assessment, reasons=(Reason("TOOLONG", "", "text"),))
    with pytest.raises(AnswerInvalid, match="Cd"):
        STRICT.answer(wrong, answer_id="a", created_at=NOON)


TIMEOUT = Reason("AB03", "", "the transaction had not ended by its deadline")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_the_answer_is_valid_and_correlated_when_any_message_is_rejected_for_its_deadline(sample: Sample) -> None:
    before = STRICT.assess(
        sample.body(), content_type=sample.content_type, message_type=sample.message_type, today=TODAY
    )
    rejected = before.rejected(TIMEOUT)
    root = answer(rejected)
    assert rejected.reason == TIMEOUT
    assert (rejected.accepted, rejected.group_status) == (False, "RJCT")
    assert [each.end_to_end_id for each in rejected.payments] == [each.end_to_end_id for each in before.payments]
    assert texts(root, "OrgnlMsgId") == texts(answer(before), "OrgnlMsgId")
    assert not {"ACSC", "PART"} & set(texts(root, "GrpSts") + texts(root, "TxSts") + texts(root, "PmtInfSts"))
    assert any("had not ended by its deadline" in each for each in texts(root, "AddtlInf"))


def test_the_answer_says_what_it_can_when_there_never_was_a_message() -> None:
    root = answer(no_message(TIMEOUT))
    assert texts(root, "OrgnlMsgId") == texts(root, "OrgnlMsgNmId") == ["NOTPROVIDED"]
    assert texts(root, "OrgnlGrpInfAndSts", "Cd") == ["AB03"]
