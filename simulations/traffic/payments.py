"""Payments made for load: valid pacs.008 messages between invented banks, each with ids of its own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import random
    from datetime import datetime

DEFINITION = "pacs.008.001.08"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{DEFINITION}"
# Test IBANs with right check digits; the BICs belong to nobody.
DEBTOR_IBAN = "GB33BUKB20201555555555"
CREDITOR_IBAN = "DE89370400440532013000"
DEBTOR_AGENT = "TWRLGB2LXXX"
CREDITOR_AGENT = "TWRLDEFFXXX"

Content: TypeAlias = "str | list[tuple[str, Content]]"


def credit_transfer(randomness: random.Random, created_at: datetime) -> bytes:
    """A pacs.008.001.08 with one payment, as bytes of UTF-8 XML.

    Ids come from `randomness`, so that a seed gives the same messages. `created_at` (UTC) gives the day too.
    """
    identity = uuid.UUID(int=randomness.getrandbits(128), version=4)
    amount = f"{randomness.randint(1, 99_999) / 100:.2f}"
    header: Content = [
        ("MsgId", identity.hex),
        ("CreDtTm", created_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("NbOfTxs", "1"),
        ("SttlmInf", [("SttlmMtd", "CLRG")]),
    ]
    transfer: Content = [
        ("PmtId", _identification(identity)),
        ("IntrBkSttlmAmt", amount),
        ("IntrBkSttlmDt", created_at.date().isoformat()),
        ("ChrgBr", "SLEV"),
        ("InstgAgt", _agent(DEBTOR_AGENT)),
        ("InstdAgt", _agent(CREDITOR_AGENT)),
        ("Dbtr", [("Nm", "Alder and Finch Ltd")]),
        ("DbtrAcct", _account(DEBTOR_IBAN)),
        ("DbtrAgt", _agent(DEBTOR_AGENT)),
        ("CdtrAgt", _agent(CREDITOR_AGENT)),
        ("Cdtr", [("Nm", "Brook Weaving GmbH")]),
        ("CdtrAcct", _account(CREDITOR_IBAN)),
    ]
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    _fill(document, [("FIToFICstmrCdtTrf", [("GrpHdr", header), ("CdtTrfTxInf", transfer)])])
    written: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _identification(identity: uuid.UUID) -> Content:
    label = identity.hex
    return [("InstrId", label), ("EndToEndId", label), ("TxId", label), ("UETR", str(identity))]


def _agent(bic: str) -> Content:
    return [("FinInstnId", [("BICFI", bic)])]


def _account(iban: str) -> Content:
    return [("Id", [("IBAN", iban)])]


def _fill(parent: ET.Element, content: list[tuple[str, Content]]) -> None:
    for tag, inner in content:
        child = ET.SubElement(parent, tag, {"Ccy": "EUR"} if tag.endswith("Amt") else {})
        if isinstance(inner, str):
            child.text = inner
        else:
            _fill(child, inner)
