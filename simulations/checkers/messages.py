"""What an incoming message asks for: its id, and of each payment references, amount and the two institutions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias

from simulations.checkers.tree import Unreadable, read_json, read_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulations.checkers.tree import Document, Node

Way: TypeAlias = tuple[str, ...]
JSON = "application/json"
_REFERENCE_LENGTH = 35
_UETR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_INSTITUTION = 8
"""The part of a BIC that names the institution; the rest is its branch."""


@dataclass(frozen=True, slots=True)
class _Form:
    """Where a family of messages has it: below its body, payments in groups if there are any."""

    family: str
    message_id: Way
    payment: str
    group: str | None = None
    end_to_end_id: Way = ("OrgnlEndToEndId",)
    uetr: Way = ("OrgnlUETR",)
    amounts: tuple[Way, ...] = ()
    debtors: tuple[str, ...] = ()
    creditors: tuple[str, ...] = ()


def _transfer(family: str, group: str | None, amounts: tuple[Way, ...], *, between_institutions: bool = False) -> _Form:
    return _Form(
        family=family,
        message_id=("GrpHdr", "MsgId"),
        payment="CdtTrfTxInf",
        group=group,
        end_to_end_id=("PmtId", "EndToEndId"),
        uetr=("PmtId", "UETR"),
        amounts=amounts,
        debtors=("DbtrAgt", "Dbtr") if between_institutions else ("DbtrAgt",),
        creditors=("CdtrAgt", "Cdtr") if between_institutions else ("CdtrAgt",),
    )


_SETTLED = (("IntrBkSttlmAmt",),)
_FORMS = {
    "FIToFICstmrCdtTrf": _transfer("pacs.008", None, _SETTLED),
    "FICdtTrf": _transfer("pacs.009", None, _SETTLED, between_institutions=True),
    "CstmrCdtTrfInitn": _transfer("pain.001", "PmtInf", (("Amt", "InstdAmt"), ("Amt", "EqvtAmt", "Amt"))),
    "PmtRtr": _Form("pacs.004", ("GrpHdr", "MsgId"), "TxInf", amounts=(("RtrdIntrBkSttlmAmt",),)),
    "FIToFIPmtCxlReq": _Form("camt.056", ("Assgnmt", "Id"), "TxInf", group="Undrlyg"),
}


@dataclass(frozen=True, slots=True)
class AskedPayment:
    """One payment as its sender wrote it; None for what is not there or is none. Institutions by their eight letters.

    A reference that no answer could repeat (its form is wrong) is None too.
    """

    end_to_end_id: str | None
    uetr: str | None
    amount: Decimal | None
    currency: str | None
    debtor: str | None
    creditor: str | None


@dataclass(frozen=True, slots=True)
class AskedMessage:
    """One message. definition: what its namespace says (JSON has none)."""

    family: str
    definition: str | None
    message_id: str | None
    payments: tuple[AskedPayment, ...]


def read_message(body: bytes, content_type: str) -> AskedMessage:
    """The message in an archived payload. Raises Unreadable."""
    media_type = content_type.partition(";")[0].strip().lower()
    return _message(read_json(body) if media_type == JSON else read_xml(body))


def _message(document: Document) -> AskedMessage:
    found = ((child, _FORMS[child.name]) for child in document.root.children if child.name in _FORMS)
    body, form = next(found, (None, None))
    if body is None or form is None:
        raise Unreadable("the Document is of no family that the hub takes in")
    return AskedMessage(
        form.family,
        document.definition,
        _reference(body.text_at(*form.message_id)),
        tuple(_payment(payment, group, form) for payment, group in _payments(body, form)),
    )


def _payments(body: Node, form: _Form) -> Iterator[tuple[Node, Node]]:
    for group in (body,) if form.group is None else body.all(form.group):
        for payment in group.all(form.payment):
            yield payment, group


def _payment(payment: Node, group: Node, form: _Form) -> AskedPayment:
    amount = next((found for way in form.amounts if (found := payment.first(*way)) is not None), None)
    uetr = payment.text_at(*form.uetr)
    return AskedPayment(
        end_to_end_id=_reference(payment.text_at(*form.end_to_end_id)),
        uetr=uetr if uetr is not None and _UETR.fullmatch(uetr) else None,
        amount=None if amount is None else _decimal(amount.text),
        currency=None if amount is None else amount.attributes.get("Ccy"),
        debtor=_institution((payment, group), form.debtors),
        creditor=_institution((payment, group), form.creditors),
    )


def _institution(places: Sequence[Node], names: Sequence[str]) -> str | None:
    found = (place.first(name, "FinInstnId") for place in places for name in names)
    institution = next((each for each in found if each is not None), None)
    bic = None if institution is None else institution.text_at("BICFI")
    return None if bic is None else bic[:_INSTITUTION]


def _reference(text: str | None) -> str | None:
    return text if text is not None and 1 <= len(text) <= _REFERENCE_LENGTH else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None
