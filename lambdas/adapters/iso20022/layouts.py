"""Where each family of messages keeps what the hub reads, as paths of local names."""

from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One family: body is below Document, header and counts below body, group (None: no such level) holds the payments.

    header: message_id, sender and receiver (the two agents), total, settlement_date of all payments.
    group: its id and date. payment: the references that an answer repeats, the amount, the date.
    debtor_agents, creditor_agents: where the institutions stand that money moves between, the first that is there;
    below the payment, or else below its group. Between institutions, debtor and creditor may themselves be meant.
    original_message: id of the message whose payment this one is about, below the payment; original_group: below its
    group, or the body. original_agents: who sent that message, the first that is there, below payment or header.
    whole_group: below the group, whether it means every payment of that message.
    """

    body: str
    header: str
    message_id: str
    sender: Path
    receiver: Path
    counts: Path
    total: Path
    group: str | None
    group_is_payment_information: bool
    payment: str
    instruction_id: Path
    end_to_end_id: Path
    transaction_id: Path
    uetr: Path
    amounts: tuple[Path, ...]
    settlement_date: Path
    original_message: Path = ()
    original_group: Path = ()
    original_agents: tuple[Path, ...] = ()
    whole_group: Path = ()
    debtor_agents: tuple[Path, ...] = ()
    creditor_agents: tuple[Path, ...] = ()


def _interbank(body: str) -> Layout:
    return Layout(
        body=body,
        header="GrpHdr",
        message_id="MsgId",
        sender=("InstgAgt",),
        receiver=("InstdAgt",),
        counts=("GrpHdr",),
        total=("TtlIntrBkSttlmAmt",),
        group=None,
        group_is_payment_information=False,
        payment="CdtTrfTxInf",
        instruction_id=("PmtId", "InstrId"),
        end_to_end_id=("PmtId", "EndToEndId"),
        transaction_id=("PmtId", "TxId"),
        uetr=("PmtId", "UETR"),
        amounts=(("IntrBkSttlmAmt",),),
        settlement_date=("IntrBkSttlmDt",),
        debtor_agents=(("DbtrAgt",), ("Dbtr",)),
        creditor_agents=(("CdtrAgt",), ("Cdtr",)),
    )


LAYOUTS: Mapping[str, Layout] = {
    "pacs.008": _interbank("FIToFICstmrCdtTrf"),
    "pacs.009": _interbank("FICdtTrf"),
    "pacs.004": Layout(
        body="PmtRtr",
        header="GrpHdr",
        message_id="MsgId",
        sender=("InstgAgt",),
        receiver=("InstdAgt",),
        counts=("GrpHdr",),
        total=("TtlRtrdIntrBkSttlmAmt",),
        group=None,
        group_is_payment_information=False,
        payment="TxInf",
        instruction_id=("OrgnlInstrId",),
        end_to_end_id=("OrgnlEndToEndId",),
        transaction_id=("OrgnlTxId",),
        uetr=("OrgnlUETR",),
        amounts=(("RtrdIntrBkSttlmAmt",),),
        settlement_date=("IntrBkSttlmDt",),
        original_message=("OrgnlGrpInf", "OrgnlMsgId"),
        original_group=("OrgnlGrpInf", "OrgnlMsgId"),
        original_agents=(("InstdAgt",), ("OrgnlTxRef", "DbtrAgt")),
    ),
    "pain.001": Layout(
        body="CstmrCdtTrfInitn",
        header="GrpHdr",
        message_id="MsgId",
        sender=(),
        receiver=("FwdgAgt",),
        counts=("GrpHdr",),
        total=(),
        group="PmtInf",
        group_is_payment_information=True,
        payment="CdtTrfTxInf",
        instruction_id=("PmtId", "InstrId"),
        end_to_end_id=("PmtId", "EndToEndId"),
        transaction_id=(),
        uetr=("PmtId", "UETR"),
        amounts=(("Amt", "InstdAmt"), ("Amt", "EqvtAmt", "Amt")),
        settlement_date=(),
        debtor_agents=(("DbtrAgt",),),
        creditor_agents=(("CdtrAgt",),),
    ),
    "camt.056": Layout(
        body="FIToFIPmtCxlReq",
        header="Assgnmt",
        message_id="Id",
        sender=("Assgnr", "Agt"),
        receiver=("Assgne", "Agt"),
        counts=("CtrlData",),
        total=(),
        group="Undrlyg",
        group_is_payment_information=False,
        payment="TxInf",
        instruction_id=("OrgnlInstrId",),
        end_to_end_id=("OrgnlEndToEndId",),
        transaction_id=("OrgnlTxId",),
        uetr=("OrgnlUETR",),
        amounts=(("OrgnlIntrBkSttlmAmt",),),
        settlement_date=(),
        original_message=("OrgnlGrpInf", "OrgnlMsgId"),
        original_group=("OrgnlGrpInfAndCxl", "OrgnlMsgId"),
        original_agents=(("Assgnr",), ("Assgnr", "Agt")),
        whole_group=("OrgnlGrpInfAndCxl", "GrpCxl"),
    ),
}


def layout_of_body(body: str) -> Layout | None:
    """The layout of the family whose body has this tag; None if no supported family has."""
    return next((layout for layout in LAYOUTS.values() if layout.body == body), None)
