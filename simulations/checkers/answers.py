"""What a stored answer says: of which message, with which status, and of each payment references and status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.checkers.tree import Unreadable, read_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.checkers.tree import Node

NOT_PROVIDED = "NOTPROVIDED"
"""What an answer says in place of a message id that nobody gave."""
RESOLUTION = "camt.029"
"""The answer that has statuses of its own: what became of a request to cancel."""


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """What an answer says of one payment; status as it is written there."""

    end_to_end_id: str | None
    uetr: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """A status for several payments, and how many of them are said to have which."""

    status: str | None
    counts: Mapping[str, int]
    payments: tuple[ToldPayment, ...]

    @property
    def counted(self) -> Mapping[str, int]:
        """How many have which, by their own statuses."""
        return Counter(str(payment.status) for payment in self.payments)


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """One answer. parts: pain.002 has a group for each of the message's; others have none."""

    definition: str | None
    message_id: str | None
    whole: ToldGroup
    parts: tuple[ToldGroup, ...] = ()

    @property
    def family(self) -> str:
        """The answer without its version: `pacs.002`."""
        return (self.definition or "")[: len("pacs.002")]

    @property
    def payments(self) -> tuple[ToldPayment, ...]:
        """Every payment, in order."""
        return self.whole.payments


def read_answer(body: bytes) -> ToldAnswer:
    """The answer in a stored object. Raises Unreadable."""
    document = read_xml(body)
    report = document.root.first("FIToFIPmtStsRpt") or document.root.first("CstmrPmtStsRpt")
    resolution = document.root.first("RsltnOfInvstgtn")
    if report is not None:
        return _report(document.definition, report)
    if resolution is not None:
        return _resolution(document.definition, resolution)
    raise Unreadable("the Document is no answer that the hub gives")


def _report(definition: str | None, report: Node) -> ToldAnswer:
    group = report.first("OrgnlGrpInfAndSts") or report
    parts = tuple(
        ToldGroup(part.text_at("PmtInfSts"), _counts(part), tuple(_payments(part, "TxSts")))
        for part in report.all("OrgnlPmtInfAndSts")
    )
    payments = (*_payments(report, "TxSts"), *(payment for part in parts for payment in part.payments))
    return ToldAnswer(
        definition, group.text_at("OrgnlMsgId"), ToldGroup(group.text_at("GrpSts"), _counts(group), payments), parts
    )


def _resolution(definition: str | None, resolution: Node) -> ToldAnswer:
    details = resolution.first("CxlDtls") or resolution
    payments = tuple(payment for each in resolution.all("CxlDtls") for payment in _payments(each, "TxCxlSts"))
    return ToldAnswer(
        definition,
        details.text_at("OrgnlGrpInfAndSts", "OrgnlMsgId"),
        ToldGroup(resolution.text_at("Sts", "Conf"), {}, payments),
    )


def _payments(parent: Node, status: str) -> Iterator[ToldPayment]:
    for each in parent.all("TxInfAndSts"):
        yield ToldPayment(each.text_at("OrgnlEndToEndId"), each.text_at("OrgnlUETR"), each.text_at(status))


def _counts(parent: Node) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for each in parent.all("NbOfTxsPerSts"):
        number = each.text_at("DtldNbOfTxs") or ""
        if not number.isdecimal():
            raise Unreadable("a number of payments is none")
        counts[each.text_at("DtldSts") or ""] = int(number)
    return counts
