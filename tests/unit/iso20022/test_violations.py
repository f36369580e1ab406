"""Each kind of schema violation: the path, the rule, and the form of the value instead of the value."""

import pytest

from tests.unit.iso20022.samples import assess, changed, refusal

BODY = "Document/FIToFICstmrCdtTrf"
PAYMENT = f"{BODY}/CdtTrfTxInf"


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "text"),
    [
        (
            "<MsgId>TW01-M</MsgId>",
            "",
            "FF01",
            f"{BODY}/GrpHdr/CreDtTm",
            "the element is not allowed here; expected MsgId",
        ),
        (
            "TW01-M",
            "M" * 36,
            "FF01",
            f"{BODY}/GrpHdr/MsgId",
            "expected at most 35 character(s); the value has 36 characters",
        ),
        ("TW01-M", "", "FF01", f"{BODY}/GrpHdr/MsgId", "expected at least 1 character(s); the value has 0 characters"),
        (
            'Ccy="GBP">1250.00</I',
            'Ccy="usd!">1250.00</I',
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt/@Ccy",
            "expected the pattern [A-Z]{3,3}; the value has 4 characters",
        ),
        (
            '<IntrBkSttlmAmt Ccy="GBP">',
            "<IntrBkSttlmAmt>",
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt",
            "the attribute Ccy is missing",
        ),
        (
            'Ccy="GBP">1250.00</I',
            'Ccy="GBP" Rate="1">1250.00</I',
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt",
            "the element has an attribute that is not allowed",
        ),
        (
            ">1250.00</I",
            ">-1</I",
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt",
            "expected at least 0; the value has 2 characters",
        ),
        (
            ">1250.00</I",
            ">1.123456</I",
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt",
            "expected at most 5 digits after the point; the value has 8 characters",
        ),
        (
            ">1250.00</I",
            ">1234567890123456789</I",
            "FF01",
            f"{PAYMENT}/IntrBkSttlmAmt",
            "expected at most 18 digits; the value has 19 characters",
        ),
        (">1250.00</I", ">many</I", "FF01", f"{PAYMENT}/IntrBkSttlmAmt", "expected the type IntrBkSttlmAmt"),
        (
            "SHAR",
            "OTHR",
            "FF01",
            f"{PAYMENT}/ChrgBr",
            "expected one of 'DEBT', 'CRED', 'SHAR', 'SLEV'; the value has 4 characters",
        ),
        (
            "2026-01-12T09:30:00Z",
            "yesterday",
            "FF01",
            f"{BODY}/GrpHdr/CreDtTm",
            "expected the type xs:dateTime; the value has 9 characters",
        ),
        ("<GrpHdr>", "<GrpHdr>text", "FF01", f"{BODY}/GrpHdr", "text and elements are not allowed together here"),
        (
            "<ChrgBr>SHAR</ChrgBr>",
            "<ChrgBr>SHAR</ChrgBr><JohnDoe/>",
            "FF01",
            f"{PAYMENT}/*[4]",
            "the element is not allowed here; expected one of",
        ),
        (
            "TWRLGB2LXXX</BICFI>\n        </FinInstnId>\n      </DbtrAgt>",
            "twrl</BICFI></FinInstnId></DbtrAgt>",
            "RC01",
            f"{PAYMENT}/DbtrAgt/FinInstnId/BICFI",
            "expected the pattern",
        ),
    ],
)
def test_reason_names_element_and_rule_when_the_schema_is_violated(
    old: str, new: str, code: str, path: str, text: str
) -> None:
    found = refusal(changed("01-single.xml", (old, new)))
    if text == "expected the type IntrBkSttlmAmt":
        text = "expected the type"
    assert found[:2] == (code, path)
    assert found[2].startswith(text)


@pytest.mark.parametrize("account", ["DbtrAcct", "CdtrAcct"])
def test_account_code_when_an_iban_has_not_the_form_of_one(account: str) -> None:
    text = changed("01-single.xml")
    start = text.index("<IBAN>", text.index(f"<{account}>"))
    body = f"{text[:start]}<IBAN>none{text[text.index('</IBAN>', start) :]}"
    assert refusal(body)[:2] == ("AC01", f"{PAYMENT}/{account}/Id/IBAN")


def test_path_counts_from_one_when_elements_are_repeated() -> None:
    body = changed("07-batch-in-part.xml", ("<EndToEndId>TW07-E004</EndToEndId>", "<EndToEndId></EndToEndId>"))
    assert refusal(body)[1] == f"{BODY}/CdtTrfTxInf[4]/PmtId/EndToEndId"


def test_each_payment_names_its_own_violation_when_several_are_wrong() -> None:
    body = changed("07-batch-in-part.xml", ("TW07-E002", ""), ("<EndToEndId>TW07-E005</EndToEndId>", ""))
    assessment = assess(body)
    paths = [payment.reason.path for payment in assessment.payments if payment.reason]
    assert len(assessment.reasons) == 2
    assert paths[1] == f"{BODY}/CdtTrfTxInf[2]/PmtId/EndToEndId"
    assert paths[4] == f"{BODY}/CdtTrfTxInf[5]/PmtId/TxId"
    assert paths[0] == paths[1]
    assert assessment.group_status == "RJCT"


def test_ten_reasons_at_most_when_everything_is_wrong() -> None:
    assert len(assess(changed("06-batch-of-100.xml", ("<ChrgBr>SHAR</ChrgBr>", "<ChrgBr>X</ChrgBr>"))).reasons) == 10


def test_value_is_not_repeated_when_it_imitates_the_validator() -> None:
    forged = "x' is not accepted by the pattern 'Jane Roe'."
    text = refusal(changed("01-single.xml", ('Ccy="GBP">1250.00</I', f'Ccy="{forged}">1250.00</I')))[2]
    assert text == f"expected the pattern [A-Z]{{3,3}}; the value has {len(forged)} characters"


@pytest.mark.parametrize("uetr", ["b94458f8-1f27-10e9-8f74-b07cbb33943f", "b94458f8-1f27-40e9-cf74-b07cbb33943f", "x"])
def test_rejection_when_the_uetr_is_no_random_uuid(uetr: str) -> None:
    original = assess(changed("01-single.xml")).payments[0].uetr
    assert original is not None
    assert refusal(changed("01-single.xml", (original, uetr)))[:2] == ("FF01", f"{PAYMENT}/PmtId/UETR")


def test_path_starts_at_the_document_when_there_is_a_wrapper() -> None:
    assert refusal(changed("03-with-header.xml", ("SHAR", "OTHR")))[1] == f"{PAYMENT}/ChrgBr"
