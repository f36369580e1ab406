"""The JSON form: what is read as XML would be, and what no reader should guess."""

import json

import pytest

from lambdas.adapters.iso20022.refusal import Refused
from tests.unit.iso20022.samples import ANSWER_ID, JSON, NOON, STRICT, assess, refusal, text_of

DEFINITION = "pacs.008.001.08"


def read(body: str | bytes, message_type: str | None = DEFINITION) -> bool:
    return assess(body, content_type=JSON, message_type=message_type).accepted


def why(body: str | bytes) -> tuple[str, str, str]:
    return refusal(body, content_type=JSON, message_type=DEFINITION)


def reversed_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(each) for each in value] if isinstance(value, list) else value


def with_amount(literal: str) -> str:
    return text_of("02-single.pacs.008.001.08.json").replace('"84.30"', literal)


def test_acceptance_when_keys_stand_in_another_order() -> None:
    assert read(json.dumps(reversed_keys(json.loads(text_of("02-single.pacs.008.001.08.json")))))


@pytest.mark.parametrize("literal", ["84.30", "84.3"])
def test_acceptance_when_a_number_can_be_read_exactly(literal: str) -> None:
    assert read(with_amount(literal))


@pytest.mark.parametrize(
    "literal", ["12345678901234567.89", "8.43e1", "1e400", "84.30000000000000000001", "9007199254740993"]
)
def test_rejection_when_a_number_cannot_be_read_exactly(literal: str) -> None:
    code, _, text = why(with_amount(literal))
    assert code == "FF01"
    assert "cannot be read exactly" in text
    assert literal not in text


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_rejection_when_a_number_is_none(literal: str) -> None:
    assert why(with_amount(literal))[2] == "NaN and Infinity are no JSON values"


def test_rejection_when_a_key_stands_twice() -> None:
    body = text_of("02-single.pacs.008.001.08.json").replace('"NbOfTxs": "1"', '"NbOfTxs": "1", "NbOfTxs": "1"')
    assert why(body)[2].startswith("a JSON object names a key twice")


@pytest.mark.parametrize("depth", [50, 100_000])
def test_rejection_when_the_json_is_nested_too_deeply(depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    code, _, text = why(f'{{"Document": {nested[:250_000]}}}' if depth == 50 else nested[:250_000])
    assert code == "FF01"
    assert "nested" in text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("[]", 'expected a JSON object {"Document": {...}}'),
        ('"Document"', 'expected a JSON object {"Document": {...}}'),
        ("{}", 'expected the key "Document"'),
        (
            '{"Document": {}, "B": 1}',
            'expected the keys "Document" and, optionally, "AppHdr"; 1 other key(s) are there',
        ),
        ('{"Document": null}', "expected a string or an object; found null"),
        ('{"Document": {"a": [[1]]}}', "expected a string or an object; found a list in a list"),
        ('{"Document"', "not valid JSON at line 1, column 12"),
    ],
)
def test_rejection_when_the_json_has_another_form(body: str, text: str) -> None:
    assert why(body)[2] == text


@pytest.mark.parametrize("key", ["no name", "1st", "a:b:c", "", "x\\u0000"])
def test_rejection_when_a_key_is_no_xml_name(key: str) -> None:
    assert why(f'{{"Document": {{"{key}": "x"}}}}')[:2] == ("FF01", "Document")


def test_rejection_when_a_text_has_a_control_character() -> None:
    assert why(text_of("02-single.pacs.008.001.08.json").replace("Invoice 1001", "\\u0001"))[0] == "FF01"


def test_rejection_when_the_bytes_are_not_utf_8() -> None:
    assert (
        why(text_of("02-single.pacs.008.001.08.json").encode("utf-16"))[2] == "the bytes are not UTF-8, which JSON is"
    )


def test_rejection_when_an_unknown_key_is_there() -> None:
    code, path, text = why(text_of("02-single.pacs.008.001.08.json").replace('"MsgId"', '"Nickname": "Bo", "MsgId"'))
    assert (code, path) == ("FF01", "Document/FIToFICstmrCdtTrf/GrpHdr/*[9]")
    assert "Nickname" not in text


def test_rejection_when_nothing_names_the_definition() -> None:
    reason = assess(text_of("02-single.pacs.008.001.08.json"), content_type=JSON).reason
    assert reason is not None
    assert reason.text.startswith("expected an X-Message-Type header or an AppHdr with MsgDefIdr")


def test_rejection_when_header_and_message_type_disagree() -> None:
    reason = assess(text_of("05-with-header.json"), content_type=JSON, message_type="pacs.008.001.12").reason
    assert reason is not None
    assert (reason.code, reason.path) == ("FF01", "AppHdr/MsgDefIdr")


def test_json_reads_as_the_answer_when_an_answer_with_header_is_converted() -> None:
    assessment = assess(text_of("03-with-header.xml"))
    document = json.loads(STRICT.to_json(STRICT.answer(assessment, answer_id=ANSWER_ID, created_at=NOON)))
    report = document["Document"]["FIToFIPmtStsRpt"]
    assert document["AppHdr"]["MsgDefIdr"] == "pacs.002.001.12"
    assert report["TxInfAndSts"]["TxSts"] == "ACSC"
    assert report["OrgnlGrpInfAndSts"]["OrgnlMsgId"] == "TW03-M"


def test_lists_and_attributes_are_kept_when_a_batch_is_converted() -> None:
    document = json.loads(STRICT.to_json(text_of("07-batch-in-part.xml").encode()))
    payments = document["Document"]["FIToFICstmrCdtTrf"]["CdtTrfTxInf"]
    assert [payment["IntrBkSttlmAmt"] for payment in payments][:2] == [
        {"Ccy": "EUR", "value": "10.00"},
        {"Ccy": "EUR", "value": "20.00"},
    ]


def test_refusal_is_raised_when_what_is_converted_is_no_xml() -> None:
    with pytest.raises(Refused):
        STRICT.to_json(b"no XML")
