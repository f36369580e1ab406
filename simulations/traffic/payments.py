"""Messages made for load and for tests: valid credit transfers between invented banks, each with ids of its own, and
what may follow one: a request to cancel it, a return of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree as ET

from lxml import etree

if TYPE_CHECKING:
    import random
    from datetime import datetime

DEFINITION = "pacs.008.001.08"
CANCELLATION_DEFINITION = "camt.056.001.08"
RETURN_DEFINITION = "pacs.004.001.09"
NAMESPACES = "urn:iso:std:iso:20022:tech:xsd:"
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
    identity = _fresh(randomness)
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
    return _document(DEFINITION, [("FIToFICstmrCdtTrf", [("GrpHdr", header), ("CdtTrfTxInf", transfer)])])


def cancellation_of(transfer: bytes, randomness: random.Random, created_at: datetime) -> bytes:
    """A camt.056.001.08 that asks to cancel every payment of a pacs.008, whoever made that, as bytes of UTF-8 XML.

    It comes from the transfer's instructing agent and names each payment by all its references and its amount.
    """
    read = _read(transfer)
    assignment: Content = [
        ("Id", _fresh(randomness).hex),
        ("Assgnr", [("Agt", _agent(read.instructing))]),
        ("Assgne", [("Agt", _agent(read.instructed))]),
        ("CreDtTm", created_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    ]
    underlying: list[tuple[str, Content]] = [
        (
            "TxInf",
            [
                ("OrgnlGrpInf", _original_group(read)),
                *_original_references(payment),
                ("OrgnlIntrBkSttlmAmt", payment.amount),
                ("CxlRsnInf", [("Rsn", [("Cd", "CUST")])]),
            ],
        )
        for payment in read.payments
    ]
    body: Content = [
        ("Assgnmt", assignment),
        ("CtrlData", [("NbOfTxs", str(len(read.payments)))]),
        ("Undrlyg", underlying),
    ]
    return _document(CANCELLATION_DEFINITION, [("FIToFIPmtCxlReq", body)], read.payments[0].currency)


def return_of(transfer: bytes, randomness: random.Random, created_at: datetime) -> bytes:
    """A pacs.004.001.09 that returns every payment of a pacs.008 in full, as bytes of UTF-8 XML.

    It comes from the creditor's agent and goes to the transfer's instructing agent.
    """
    read = _read(transfer)
    header: Content = [
        ("MsgId", _fresh(randomness).hex),
        ("CreDtTm", created_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("NbOfTxs", str(len(read.payments))),
        ("SttlmInf", [("SttlmMtd", "CLRG")]),
        ("InstgAgt", _agent(read.creditor_agent)),
        ("InstdAgt", _agent(read.instructing)),
    ]
    returned: list[tuple[str, Content]] = [
        (
            "TxInf",
            [
                ("RtrId", _fresh(randomness).hex),
                ("OrgnlGrpInf", _original_group(read)),
                *_original_references(payment),
                ("RtrdIntrBkSttlmAmt", payment.amount),
                ("IntrBkSttlmDt", created_at.date().isoformat()),
                ("RtrRsnInf", [("Rsn", [("Cd", "AC04")])]),
            ],
        )
        for payment in read.payments
    ]
    return _document(RETURN_DEFINITION, [("PmtRtr", [("GrpHdr", header), *returned])], read.payments[0].currency)


@dataclass(frozen=True, slots=True)
class _Payment:
    references: dict[str, str]
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class _Transfer:
    """What later messages repeat of a pacs.008."""

    message_id: str
    definition: str
    instructing: str
    instructed: str
    creditor_agent: str
    payments: list[_Payment]


def _read(transfer: bytes) -> _Transfer:
    root = etree.fromstring(transfer)
    payments = []
    for payment in root.iter(f"{_namespace(root)}CdtTrfTxInf"):
        amount = _first(payment, "IntrBkSttlmAmt")
        references = {
            tag: _text(payment, "PmtId", tag)
            for tag in ("InstrId", "EndToEndId", "TxId", "UETR")
            if payment.find(_path(payment, "PmtId", tag)) is not None
        }
        payments.append(_Payment(references, amount.text or "", amount.get("Ccy", "")))
    return _Transfer(
        message_id=_text(root, "GrpHdr", "MsgId"),
        definition=_namespace(root).strip("{}").removeprefix(NAMESPACES),
        instructing=_text(root, "InstgAgt", "BICFI"),
        instructed=_text(root, "InstdAgt", "BICFI"),
        creditor_agent=_text(root, "CdtrAgt", "BICFI"),
        payments=payments,
    )


def _namespace(element: etree._Element) -> str:
    return element.tag.partition("}")[0] + "}"


def _path(element: etree._Element, *tags: str) -> str:
    return ".//" + "//".join(f"{_namespace(element)}{tag}" for tag in tags)


def _first(element: etree._Element, *tags: str) -> etree._Element:
    found = element.find(_path(element, *tags))
    if found is None:
        raise LookupError(f"the transfer has no {'/'.join(tags)}")
    return found


def _text(element: etree._Element, *tags: str) -> str:
    return _first(element, *tags).text or ""


def _original_group(read: _Transfer) -> Content:
    return [("OrgnlMsgId", read.message_id), ("OrgnlMsgNmId", read.definition)]


def _original_references(payment: _Payment) -> list[tuple[str, Content]]:
    return [(f"Orgnl{tag}", value) for tag, value in payment.references.items()]


def _fresh(randomness: random.Random) -> uuid.UUID:
    return uuid.UUID(int=randomness.getrandbits(128), version=4)


def _identification(identity: uuid.UUID) -> Content:
    label = identity.hex
    return [("InstrId", label), ("EndToEndId", label), ("TxId", label), ("UETR", str(identity))]


def _agent(bic: str) -> Content:
    return [("FinInstnId", [("BICFI", bic)])]


def _account(iban: str) -> Content:
    return [("Id", [("IBAN", iban)])]


def _document(definition: str, content: list[tuple[str, Content]], currency: str = "EUR") -> bytes:
    document = ET.Element("Document", {"xmlns": f"{NAMESPACES}{definition}"})
    _fill(document, content, currency)
    written: bytes = ET.tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _fill(parent: ET.Element, content: list[tuple[str, Content]], currency: str) -> None:
    for tag, inner in content:
        child = ET.SubElement(parent, tag, {"Ccy": currency} if tag.endswith("Amt") else {})
        if isinstance(inner, str):
            child.text = inner
        else:
            _fill(child, inner, currency)
