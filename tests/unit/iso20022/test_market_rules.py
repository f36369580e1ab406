"""The market rules over whole messages: each from the sample that passes, with one thing changed."""

from datetime import date

import pytest

from tests.unit.iso20022.samples import assess, changed, text_of

BODY = "Document/FIToFICstmrCdtTrf"
PAYMENT = f"{BODY}/CdtTrfTxInf"


def outcome(body: str, today: date = date(2026, 11, 22)) -> tuple[str, str] | None:
    reason = assess(body, today=today).reason
    return None if reason is None else (reason.code, reason.path)


def single(*changes: tuple[str, str]) -> tuple[str, str] | None:
    return outcome(changed("01-single.xml", *changes))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-01-11", "DT01"),
        ("2026-01-12", None),
        ("2026-04-12", None),
        ("2026-04-13", "DT04"),
        ("0001-01-01", "DT01"),
    ],
)
def test_settlement_date_is_held_against_the_creation_date_when_it_is_judged(day: str, code: str | None) -> None:
    expected = None if code is None else (code, f"{BODY}/GrpHdr/IntrBkSttlmDt")
    assert single(("<IntrBkSttlmDt>2026-01-12", f"<IntrBkSttlmDt>{day}")) == expected


@pytest.mark.parametrize(
    ("today", "accepted"), [(date(2026, 1, 10), False), (date(2026, 1, 11), True), (date(2040, 1, 1), True)]
)
def test_creation_date_is_held_against_today_when_it_is_judged(today: date, *, accepted: bool) -> None:
    expected = None if accepted else ("DT02", f"{BODY}/GrpHdr/CreDtTm")
    assert outcome(text_of("01-single.xml"), today) == expected


@pytest.mark.parametrize(
    ("day", "code"), [("2026-01-11", "CH04"), ("2026-01-12", None), ("2027-01-12", None), ("2027-01-13", "CH03")]
)
def test_execution_date_is_held_against_the_creation_date_when_it_is_judged(day: str, code: str | None) -> None:
    body = changed("09-initiation.xml", ("<Dt>2026-01-13", f"<Dt>{day}"), ("<Dt>2026-02-02", f"<Dt>{day}"))
    expected = None if code is None else (code, "Document/CstmrCdtTrfInitn/PmtInf[1]/ReqdExctnDt/Dt")
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("currency", "amount", "reason"),
    [
        ("EUR", "1250.00", None),
        ("EUR", "1250.001", ("CH20", "")),
        ("EUR", "1250.100", None),
        ("JPY", "1250", None),
        ("JPY", "1250.00", None),
        ("JPY", "1250.1", ("CH20", "")),
        ("KWD", "1250.123", None),
        ("KWD", "1250.1234", ("CH20", "")),
        ("EUR", "0.01", None),
        ("EUR", "0", ("AM01", "")),
        ("DEM", "1250.00", ("AM11", "/@Ccy")),
        ("XAU", "1250.00", ("AM03", "/@Ccy")),
        ("XXX", "1250.00", ("AM03", "/@Ccy")),
    ],
)
def test_amount_is_judged_by_its_currency_when_it_is_transferred(
    currency: str, amount: str, reason: tuple[str, str] | None
) -> None:
    body = changed(
        "01-single.xml",
        ('      <IntrBkSttlmAmt Ccy="GBP">1250.00<', f'      <IntrBkSttlmAmt Ccy="{currency}">{amount}<'),
        ('<TtlIntrBkSttlmAmt Ccy="GBP">1250.00</TtlIntrBkSttlmAmt>', ""),
        ("<CtrlSum>1250.00</CtrlSum>", ""),
    )
    assert outcome(body) == (None if reason is None else (reason[0], f"{PAYMENT}/IntrBkSttlmAmt{reason[1]}"))


def test_zero_is_allowed_when_it_is_a_charge() -> None:
    charges = '<ChrgsInf><Amt Ccy="GBP">0</Amt><Agt><FinInstnId><BICFI>TWRLGB2L</BICFI></FinInstnId></Agt></ChrgsInf>'
    assert single(("<ChrgBr>SHAR</ChrgBr>", f"<ChrgBr>SHAR</ChrgBr>{charges}")) is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<CtrlSum>1250.00", "<CtrlSum>1250", None),
        ("<CtrlSum>1250.00", "<CtrlSum>1250.01", ("AM10", "CtrlSum")),
        ("<NbOfTxs>1<", "<NbOfTxs>01<", None),
        ("<NbOfTxs>1<", "<NbOfTxs>0<", ("AM19", "NbOfTxs")),
        ('"GBP">1250.00</Ttl', '"GBP">1250.01</Ttl', ("AM09", "TtlIntrBkSttlmAmt")),
        ('"GBP">1250.00</Ttl', '"EUR">1250.00</Ttl', ("AM09", "TtlIntrBkSttlmAmt")),
        (
            "RAILFRPPXXX</BICFI>\n        </FinInstnId>\n      </InstdAgt>",
            "RAILZZPPXXX</BICFI></FinInstnId></InstdAgt>",
            ("RC01", "InstdAgt/FinInstnId/BICFI"),
        ),
    ],
)
def test_message_is_refused_whole_when_its_header_is_wrong(old: str, new: str, reason: tuple[str, str] | None) -> None:
    expected = None if reason is None else (reason[0], f"{BODY}/GrpHdr/{reason[1]}")
    assert single((old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        (
            "<Ctry>GB</Ctry>\n        </PstlAdr>\n      </Dbtr>",
            "<Ctry>UK</Ctry></PstlAdr></Dbtr>",
            "BE10",
            "Dbtr/PstlAdr/Ctry",
        ),
        (
            "<Ctry>GB</Ctry>\n        </PstlAdr>\n      </Cdtr>",
            "<Ctry>UK</Ctry></PstlAdr></Cdtr>",
            "BE11",
            "Cdtr/PstlAdr/Ctry",
        ),
        ("</PstlAdr>\n      </Dbtr>", "</PstlAdr><CtryOfRes>ZZ</CtryOfRes></Dbtr>", "BE13", "Dbtr/CtryOfRes"),
        ("</PstlAdr>\n      </Cdtr>", "</PstlAdr><CtryOfRes>ZZ</CtryOfRes></Cdtr>", "BE14", "Cdtr/CtryOfRes"),
        (
            "TWRLGB2LXXX</BICFI>\n        </FinInstnId>\n      </DbtrAgt>",
            "TWRLZZ2LXXX</BICFI></FinInstnId></DbtrAgt>",
            "RC01",
            "DbtrAgt/FinInstnId/BICFI",
        ),
        (
            "</BICFI>\n        </FinInstnId>\n      </CdtrAgt>",
            "</BICFI><PstlAdr><Ctry>ZZ</Ctry></PstlAdr></FinInstnId></CdtrAgt>",
            "AG06",
            "CdtrAgt/FinInstnId/PstlAdr/Ctry",
        ),
        (
            "      <Dbtr>",
            "<IntrmyAgt1><FinInstnId><BICFI>RAILQZ2LXXX</BICFI></FinInstnId></IntrmyAgt1><Dbtr>",
            "RC01",
            "IntrmyAgt1/FinInstnId/BICFI",
        ),
        (
            "      <Dbtr>",
            "<UltmtDbtr><PstlAdr><Ctry>ZZ</Ctry></PstlAdr></UltmtDbtr><Dbtr>",
            "BE10",
            "UltmtDbtr/PstlAdr/Ctry",
        ),
    ],
)
def test_code_tells_whose_value_it_is_when_a_code_does_not_exist(old: str, new: str, code: str, element: str) -> None:
    assert single((old, new)) == (code, f"{PAYMENT}/{element}")


@pytest.mark.parametrize(("reference", "code"), [("E", "DU04"), ("I", "DU05"), ("T", "AM05")])
def test_later_payment_is_refused_when_a_reference_stands_twice(reference: str, code: str) -> None:
    assessment = assess(
        changed("05-with-header.json", (f"TW05-{reference}002", f"TW05-{reference}001")),
        content_type="application/json",
    )
    assert [payment.reason and payment.reason.code for payment in assessment.payments] == [None, code]
    assert assessment.group_status == "PART"


def test_references_are_not_compared_when_they_are_not_provided() -> None:
    body = changed("05-with-header.json", ("TW05-E001", "NOTPROVIDED"), ("TW05-E002", "NOTPROVIDED"))
    assert assess(body, content_type="application/json").group_status == "ACSC"


def test_group_is_refused_and_the_other_not_when_its_count_is_wrong() -> None:
    body = changed("09-initiation.xml", ("<NbOfTxs>1<", "<NbOfTxs>2<"))
    assessment = assess(body)
    assert assessment.group_status == "PART"
    assert [group.reason and group.reason.code for group in assessment.payment_groups] == [None, "AM20"]


def test_own_reason_is_kept_when_a_payment_of_a_refused_message_is_wrong() -> None:
    assessment = assess(changed("07-batch-in-part.xml", ("<NbOfTxs>6<", "<NbOfTxs>7<")))
    assert assessment.reason is not None
    assert assessment.reason.code == "AM19"
    codes = [payment.reason.code for payment in assessment.payments if payment.reason]
    assert codes == ["AM19", "AC01", "AM19", "AM05", "BE11", "AM19"]


def test_fault_comes_before_the_narrative_when_a_return_is_not_valid() -> None:
    assert outcome(changed("12-return.xml", ("EUR", "EUQ"))) == (
        "AM11",
        "Document/PmtRtr/GrpHdr/TtlRtrdIntrBkSttlmAmt/@Ccy",
    )
