"""What a request to cancel, and a return, say of the payment that they are about."""

import pytest

from lambdas.core.iso20022.assessment import PaymentAssessment
from tests.unit.iso20022.samples import assess, refusal, text_of

REQUEST = text_of("11-cancellation.xml")
RETURN = text_of("12-return.xml")
GROUP = (
    "<OrgnlGrpInfAndCxl><OrgnlMsgId>G1</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>{}</OrgnlGrpInfAndCxl>"
)
OWN_GROUP = """<OrgnlGrpInf>
          <OrgnlMsgId>TW01-M</OrgnlMsgId>
          <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
        </OrgnlGrpInf>"""
UNNAMED = "each payment is named by a TxInf of its own, and GrpCxl is not true; here payments are not named"


def named(body: str) -> PaymentAssessment:
    assessment = assess(body)
    assert assessment.accepted, assessment.reason
    return assessment.payments[0]


def test_the_message_and_its_sender_are_read_when_a_payment_is_to_be_cancelled() -> None:
    payment = named(REQUEST)
    assert (payment.original_message_id, payment.original_agent) == ("TW01-M", "TWRLGB2LXXX")


def test_the_groups_message_is_meant_when_the_payment_names_none() -> None:
    assert OWN_GROUP in REQUEST
    body = REQUEST.replace(OWN_GROUP, "").replace("<Undrlyg>", "<Undrlyg>" + GROUP.format(""))
    assert named(body).original_message_id == "G1"


def test_the_payments_own_assigner_is_meant_when_it_names_one() -> None:
    own = "<Assgnr><FinInstnId><BICFI>RAILDEFFXXX</BICFI></FinInstnId></Assgnr><CxlRsnInf>"
    assert named(REQUEST.replace("<CxlRsnInf>", own)).original_agent == "RAILDEFFXXX"


def test_the_instructed_agent_and_who_returns_are_read_when_a_payment_is_returned() -> None:
    payment = named(RETURN)
    assert (payment.original_message_id, payment.original_agent) == ("TW02-M", "TWRLGB2LXXX")
    assert payment.agents.instructing == "RAILFRPPXXX"


def test_the_debtor_agent_is_meant_when_a_return_names_no_instructed_agent() -> None:
    head, _, rest = RETURN.partition("<InstdAgt>")
    body = head + rest.partition("</InstdAgt>")[2]
    agent = "<DbtrAgt><FinInstnId><BICFI>RAILDEFFXXX</BICFI></FinInstnId></DbtrAgt>"
    reference = f"</RtrRsnInf><OrgnlTxRef>{agent}</OrgnlTxRef>"
    assert named(body.replace("</RtrRsnInf>", reference)).original_agent == "RAILDEFFXXX"


@pytest.mark.parametrize("word", ["true", "1"])
def test_it_is_refused_when_a_whole_message_is_to_be_cancelled(word: str) -> None:
    group = GROUP.format(f"<GrpCxl>{word}</GrpCxl>")
    path = "Document/FIToFIPmtCxlReq/Undrlyg"
    assert refusal(REQUEST.replace("<Undrlyg>", "<Undrlyg>" + group)) == (
        "NARR",
        f"{path}/OrgnlGrpInfAndCxl/GrpCxl",
        UNNAMED,
    )
    alone = REQUEST.partition("<TxInf>")[0] + group + "</Undrlyg></FIToFIPmtCxlReq></Document>"
    assert refusal(alone) == ("NARR", path, UNNAMED)


def test_it_is_accepted_when_the_group_is_named_and_not_meant_as_a_whole() -> None:
    assert named(REQUEST.replace("<Undrlyg>", "<Undrlyg>" + GROUP.format("<GrpCxl>false</GrpCxl>"))).uetr is not None


def test_a_return_is_refused_when_it_names_no_payment() -> None:
    head, _, rest = RETURN.partition("<TxInf>")
    assert refusal(head + rest.partition("</TxInf>")[2])[1:] == ("Document/PmtRtr", UNNAMED)
