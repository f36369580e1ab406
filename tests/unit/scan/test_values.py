"""What is looked for is read out of messages by element; what is left out, is by rule."""

from __future__ import annotations

import json

import pytest

from simulations.scan.values import Kind, comparable, values_in

PARTY = """
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><CdtTrfTxInf>
  <Dbtr>
    <Nm>Quill &amp; Marsh Pottery</Nm>
    <PstlAdr><StrtNm>Tannery Row</StrtNm><PstCd>LS1</PstCd><Ctry>GB</Ctry>
      <AdrLine>Back of the Mill 7</AdrLine></PstlAdr>
    <Id><OrgId><Othr><Id>9876-543-210</Id></Othr></OrgId></Id>
    <CtctDtls><EmailAdr>till@quill.example</EmailAdr></CtctDtls>
  </Dbtr>
  <DbtrAcct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id></DbtrAcct>
  <DbtrAgt><FinInstnId><Nm>Bank of Nowhere</Nm><PstlAdr><StrtNm>Vault Street</StrtNm></PstlAdr></FinInstnId></DbtrAgt>
  <Cdtr><Nm>Ida</Nm></Cdtr>
</CdtTrfTxInf></FIToFICstmrCdtTrf></Document>
"""
EXPECTED = {
    "quillmarshpottery": Kind.NAME,
    "tanneryrow": Kind.ADDRESS,
    "backofthemill7": Kind.ADDRESS,
    "9876543210": Kind.ACCOUNT,
    "tillquillexample": Kind.CONTACT,
    "gb33bukb20201555555555": Kind.ACCOUNT,
}


def test_parties_are_found_and_institutions_left_out_when_a_message_is_read() -> None:
    found = values_in([("a.xml", PARTY.encode())])
    assert {each.comparable: each.kind for each in found} == EXPECTED
    assert found[0].source == "a.xml: Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/Nm"


def test_values_are_the_same_when_the_message_is_json() -> None:
    document = {"Document": {"Tx": [{"Dbtr": {"Nm": "Quill & Marsh Pottery"}}, {"Cdtr": {"Nm": "Zofia Łąka"}}]}}
    found = values_in([("a.json", json.dumps(document).encode())])
    assert [each.comparable for each in found] == ["quillmarshpottery", "zofiałąka"]


@pytest.mark.parametrize("cut", [PARTY.index("<Cdtr>"), PARTY.index("</Dbtr>")])
def test_values_are_found_when_the_message_is_cut_off(cut: int) -> None:
    names = [each.comparable for each in values_in([("a.xml", PARTY[:cut].encode())])]
    assert "quillmarshpottery" in names


@pytest.mark.parametrize("body", [b"", b"no message", b"<", b"\xff\xfe", b"{"])
def test_nothing_is_found_when_there_is_no_message(body: bytes) -> None:
    assert values_in([("a.xml", body)]) == ()


def test_spelling_makes_no_difference_when_values_are_compared() -> None:
    spellings = ("GB33 BUKB 2020", "gb33bukb2020", "GB33-BUKB-2020", "\N{FULLWIDTH LATIN CAPITAL LETTER G}B33BUKB2020")
    assert {comparable(each) for each in spellings} == {"gb33bukb2020"}
