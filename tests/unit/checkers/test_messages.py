"""The checkers' own reading of messages and answers, held against the samples and their index."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from simulations.checkers.answers import read_answer
from simulations.checkers.messages import AskedPayment, read_message
from simulations.checkers.tree import Unreadable
from simulations.traffic.samples import Sample, load_samples

NO_MESSAGE = {"29-truncated.xml", "30-entity-bomb.xml"}
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
# What the hub answers where it does not look for payments: it does not know, or does not trust, what this is.
UNRECOGNISED = {"31-inexact-number.pacs.008.001.08.json"}
SAMPLES = {sample.name: sample for sample in load_samples()}
HEADER = "<GrpHdr><MsgId>M1</MsgId></GrpHdr>"


def pacs_008(body: str, root: str = f'<Document xmlns="{NAMESPACE}pacs.008.001.08">') -> bytes:
    return f"{root}<FIToFICstmrCdtTrf>{HEADER}{body}</FIToFICstmrCdtTrf></Document>".encode()


def as_json(payment: object) -> bytes:
    return json.dumps({"Document": {"FIToFICstmrCdtTrf": {"CdtTrfTxInf": payment}}}).encode()


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - NO_MESSAGE - UNRECOGNISED))
def test_a_sample_has_the_payments_of_the_index_when_it_is_read(name: str) -> None:
    sample: Sample = SAMPLES[name]
    message = read_message(sample.message.body, sample.message.content_type)
    assert [each.end_to_end_id for each in message.payments] == [each["end_to_end_id"] for each in sample.payments]


@pytest.mark.parametrize("name", sorted(NO_MESSAGE))
def test_a_message_is_unreadable_when_it_is_no_plain_xml(name: str) -> None:
    with pytest.raises(Unreadable):
        read_message(SAMPLES[name].message.body, "application/xml")


def test_amount_and_institutions_are_read_when_they_stand_below_the_payment() -> None:
    [payment] = read_message(SAMPLES["01-single.xml"].message.body, "application/xml").payments
    assert payment == AskedPayment("TW01-E001", payment.uetr, Decimal("1250.00"), "GBP", "TWRLGB2L", "TWRLGB2L")
    assert payment.uetr is not None


def test_the_debtors_agent_is_the_groups_when_the_payment_names_none() -> None:
    message = read_message(SAMPLES["09-initiation.xml"].message.body, "application/xml")
    assert (message.family, message.definition, message.message_id) == ("pain.001", "pain.001.001.09", "TW09-M")
    first = message.payments[0]
    assert (first.debtor, first.creditor, first.amount) == ("TWRLGB2L", "RAILFRPP", Decimal("100.00"))


def test_the_institutions_are_the_parties_when_no_agent_is_named_between_institutions() -> None:
    [payment] = read_message(
        (
            f'<Document xmlns="{NAMESPACE}pacs.009.001.08"><FICdtTrf>{HEADER}<CdtTrfTxInf>'
            "<Dbtr><FinInstnId><BICFI>TWRLGB2LXXX</BICFI></FinInstnId></Dbtr>"
            "<Cdtr><FinInstnId><BICFI>RAILFRPP</BICFI></FinInstnId></Cdtr></CdtTrfTxInf></FICdtTrf></Document>"
        ).encode(),
        "application/xml",
    ).payments
    assert (payment.debtor, payment.creditor) == ("TWRLGB2L", "RAILFRPP")


def test_no_other_institution_is_taken_when_the_named_one_has_no_bic() -> None:
    [payment] = read_message(
        pacs_008("<CdtTrfTxInf><DbtrAgt><FinInstnId><Nm>Bank</Nm></FinInstnId></DbtrAgt></CdtTrfTxInf>"),
        "application/xml",
    ).payments
    assert payment.debtor is None


def test_a_json_message_says_the_same_when_elements_repeat_or_stand_bare() -> None:
    payment = {"PmtId": {"EndToEndId": "E1"}, "IntrBkSttlmAmt": {"Ccy": "EUR", "value": "10.10"}}
    one = read_message(as_json(payment), "application/json; charset=utf-8").payments
    two = read_message(as_json([payment, payment]), "APPLICATION/JSON").payments
    assert two == (*one, *one)
    assert (one[0].end_to_end_id, one[0].amount, one[0].currency) == ("E1", Decimal("10.10"), "EUR")


def test_an_amount_is_exact_when_json_has_it_as_a_number() -> None:
    number = b"0.1000000000000000055511151231257827"
    body = as_json({"IntrBkSttlmAmt": {"Ccy": "EUR", "value": "N"}}).replace(b'"N"', number)
    [payment] = read_message(body, "application/json").payments
    assert payment.amount == Decimal(number.decode())


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"Document": {"FIToFICstmrCdtTrf": {"CdtTrfTxInf": null}}}',
        b'{"Document": {"Elsewhere": {}}}',
        b'{"Document": ' + b'{"a": ' * 100 + b'"b"' + b"}" * 101,
        b"\xff",
    ],
)
def test_a_message_is_unreadable_when_it_is_no_json_message(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_message(body, "application/json")


def test_a_message_is_unreadable_when_an_element_is_of_another_namespace() -> None:
    with pytest.raises(Unreadable):
        read_message(pacs_008('<CdtTrfTxInf xmlns="urn:other"/>'), "application/xml")


def test_anything_may_stand_in_supplementary_data_when_it_is_of_another_namespace() -> None:
    body = pacs_008('<SplmtryData><Envlp><a xmlns="urn:other"/></Envlp></SplmtryData>')
    assert read_message(body, "application/xml").payments == ()


@pytest.mark.parametrize(("given", "read"), [("E" * 35, "E" * 35), ("E" * 36, None), ("", None)])
def test_a_reference_is_none_when_no_answer_could_repeat_it(given: str, read: str | None) -> None:
    [payment] = read_message(
        pacs_008(f"<CdtTrfTxInf><PmtId><EndToEndId>{given}</EndToEndId></PmtId></CdtTrfTxInf>"), "application/xml"
    ).payments
    assert payment.end_to_end_id == read


def test_the_document_is_found_when_it_stands_beside_a_header_under_a_wrapper() -> None:
    body = b'<m:Envelope xmlns:m="urn:m"><AppHdr/>' + pacs_008("<CdtTrfTxInf/>") + b"</m:Envelope>"
    assert len(read_message(body, "text/xml").payments) == 1


def answer(definition: str, body: str) -> bytes:
    return f'<Document xmlns="{NAMESPACE}{definition}">{body}</Document>'.encode()


def payment(reference: str, status: str, tag: str = "TxSts") -> str:
    return f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><{tag}>{status}</{tag}></TxInfAndSts>"


def test_an_answer_tells_group_and_payments_when_it_is_a_pacs_002() -> None:
    told = read_answer(
        answer(
            "pacs.002.001.10",
            "<FIToFIPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>PART</GrpSts>"
            "<NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>ACSC</DtldSts></NbOfTxsPerSts></OrgnlGrpInfAndSts>"
            f"{payment('E0', 'ACSC')}{payment('E1', 'RJCT')}</FIToFIPmtStsRpt>",
        )
    )
    assert (told.definition, told.family, told.message_id) == ("pacs.002.001.10", "pacs.002", "M1")
    assert (told.whole.status, told.whole.counts, told.whole.counted) == ("PART", {"ACSC": 1}, {"ACSC": 1, "RJCT": 1})
    assert [(each.end_to_end_id, each.status) for each in told.payments] == [("E0", "ACSC"), ("E1", "RJCT")]


def test_an_answer_tells_the_payments_of_all_groups_when_it_is_a_pain_002() -> None:
    groups = "".join(
        f"<OrgnlPmtInfAndSts><PmtInfSts>{status}</PmtInfSts>{payment(reference, status)}</OrgnlPmtInfAndSts>"
        for reference, status in (("E0", "ACSC"), ("E1", "RJCT"))
    )
    head = "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
    told = read_answer(answer("pain.002.001.10", f"<CstmrPmtStsRpt>{head}{groups}</CstmrPmtStsRpt>"))
    assert [each.end_to_end_id for each in told.payments] == ["E0", "E1"]
    assert [(each.status, len(each.payments)) for each in told.parts] == [("ACSC", 1), ("RJCT", 1)]


def test_an_answer_tells_what_became_of_a_request_when_it_is_a_camt_029() -> None:
    details = f"<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInfAndSts>{payment('E0', 'ACCR', 'TxCxlSts')}"
    told = read_answer(
        answer(
            "camt.029.001.09",
            f"<RsltnOfInvstgtn><Sts><Conf>CNCL</Conf></Sts><CxlDtls>{details}</CxlDtls></RsltnOfInvstgtn>",
        )
    )
    assert (told.message_id, told.whole.status, [each.status for each in told.payments]) == ("M1", "CNCL", ["ACCR"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Document/>",
        pacs_008(""),
        answer(
            "pacs.002.001.10",
            "<FIToFIPmtStsRpt><OrgnlGrpInfAndSts><NbOfTxsPerSts><DtldNbOfTxs>x</DtldNbOfTxs></NbOfTxsPerSts>"
            "</OrgnlGrpInfAndSts></FIToFIPmtStsRpt>",
        ),
    ],
)
def test_an_answer_is_unreadable_when_it_is_none_that_the_hub_gives(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answer(body)
