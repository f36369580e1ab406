"""Evidence made by hand: transactions of every kind, each as a right hub leaves it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from simulations.checkers.answers import ToldAnswer, ToldGroup, ToldPayment
from simulations.checkers.case import Case
from simulations.checkers.ledger import Cancellation, LedgerEntry, Money, Posting, Return
from simulations.checkers.messages import AskedMessage, AskedPayment
from simulations.checkers.objects import Stored
from simulations.checkers.records import ObjectOnRecord, PaymentLine, Record, Step
from simulations.checkers.statuses import Reserved, Status

ACCP, ACTC, ACSP, ACSC, RJCT, CANC = Status
Content = TypeVar("Content")
START = datetime(2026, 11, 3, 10, 15, tzinfo=UTC)
REGIONS = ("eu-west-1", "eu-west-2")
SHA256 = "ab" * 32
DEBTOR, CREDITOR = "TWRLGB2L", "TWRLDEFF"
_ANSWER_DEFINITIONS = {"pain.001": "pain.002.001.10", "camt.056": "camt.029.001.09"}


def case(
    transaction_id: str,
    family: str,
    way: tuple[Status, ...],
    payments: tuple[Status, ...] = (),
    *,
    state: Reserved | None = None,
    moved: tuple[int, ...] = (),
) -> Case:
    """A transaction that went this way; `moved`: the positions of the payments that have a transfer."""
    lines = tuple(PaymentLine(f"E{place}", uetr(place), status) for place, status in enumerate(payments))
    ended = way[-1] in {ACSC, RJCT, CANC}
    taken = ACTC in way
    return Case(
        transaction_id,
        Record(
            transaction_id=transaction_id,
            status=way[-1],
            history=tuple(
                Step(each, START + timedelta(seconds=place), with_reason=each in {RJCT, CANC})
                for place, each in enumerate(way)
            ),
            with_reason=way[-1] in {RJCT, CANC},
            payments=lines,
            message=on_record("incoming", transaction_id, f"{family}.001.08") if taken else None,
            answer=on_record("outgoing", transaction_id, answer_definition(family if taken else "")) if ended else None,
            listed=not ended,
        ),
        ledger=None if state is None else entry(state, moved),
        message=stored(asked(family, len(payments) or 1)) if taken else None,
        answer=stored(told(family, lines, taken=taken)) if ended else None,
    )


def uetr(place: int) -> str:
    return f"00000000-0000-4000-8000-{place:012}"


def on_record(path: str, transaction_id: str, definition: str) -> ObjectOnRecord:
    return ObjectOnRecord(f"{path}/{transaction_id}/{SHA256}", SHA256, definition, "application/xml")


def answer_definition(family: str) -> str:
    return _ANSWER_DEFINITIONS.get(family, "pacs.002.001.10")


def stored(content: Content) -> Stored[Content]:
    return Stored(dict.fromkeys(REGIONS, SHA256), content)


def asked(family: str, payments: int) -> AskedMessage:
    return AskedMessage(
        family,
        f"{family}.001.08",
        "M1",
        tuple(
            AskedPayment(f"E{place}", uetr(place), Decimal("10.00"), "EUR", DEBTOR, CREDITOR)
            for place in range(payments)
        ),
    )


def told(family: str, lines: tuple[PaymentLine, ...], *, taken: bool) -> ToldAnswer:
    request = family == "camt.056"
    texts = {ACSC: "ACCR", RJCT: "RJCR"} if request else {each: each.value for each in Status}
    payments = tuple(ToldPayment(each.end_to_end_id, each.uetr, texts[each.status]) for each in lines)
    statuses = [each.status for each in lines]
    ways = ("CNCL", "PECR", "RJCR") if request else ("ACSC", "PART", "RJCT")
    status = ways[2] if ACSC not in statuses else ways[0] if set(statuses) == {ACSC} else ways[1]
    group = ToldGroup(status, {} if request else Counter(str(each.status) for each in payments), payments)
    parts = (group,) if family == "pain.001" else ()
    return ToldAnswer(answer_definition(family if taken else ""), "M1" if taken else "NOTPROVIDED", group, parts)


def entry(state: Reserved, moved: tuple[int, ...], money: Money | None = None) -> LedgerEntry:
    each = money or Money(DEBTOR, CREDITOR, "EUR", 1_000)
    transfers = dict.fromkeys(moved, each)
    posted = moved if state is Reserved.POSTED else ()
    postings = {Posting(place, "debit", each.debtor, each.currency, -each.amount_minor) for place in posted}
    postings |= {Posting(place, "credit", each.creditor, each.currency, each.amount_minor) for place in posted}
    borne = frozenset(f"uetr {place}" for place in moved)
    taken = frozenset() if state is Reserved.VOIDED else borne
    return LedgerEntry(state, transfers, frozenset(postings), borne, taken, cancelled=(), returns=())


def accepted() -> Case:
    """Open: nothing came yet."""
    return case("accepted", "pacs.008", (ACCP,))


def reserved() -> Case:
    """Open: its money is held."""
    return case("reserved", "pacs.008", (ACCP, ACTC, ACSP), state=Reserved.RESERVED, moved=(0,))


def decided() -> Case:
    """Open: the ledger has decided, the record is behind."""
    return case("decided", "pacs.008", (ACCP, ACTC, ACSP), state=Reserved.POSTED, moved=(0,))


def settled() -> Case:
    """One payment, settled."""
    return case("settled", "pacs.008", (ACCP, ACTC, ACSP, ACSC), (ACSC,), state=Reserved.POSTED, moved=(0,))


def in_part() -> Case:
    """Three payments of which the second was refused."""
    return case(
        "in-part", "pain.001", (ACCP, ACTC, ACSP, ACSC), (ACSC, RJCT, ACSC), state=Reserved.POSTED, moved=(0, 2)
    )


def rejected() -> Case:
    """Refused by the rules of the market: nothing was ever reserved."""
    return case("rejected", "pacs.009", (ACCP, ACTC, RJCT), (RJCT,), state=Reserved.VOIDED)


def overdue() -> Case:
    """Held, and then voided by its deadline."""
    return case("overdue", "pacs.008", (ACCP, ACTC, ACSP, RJCT), (RJCT,), state=Reserved.VOIDED, moved=(0,))


def never_came() -> Case:
    """Ended by its deadline without a message."""
    return case("never-came", "pacs.008", (ACCP, RJCT), state=Reserved.VOIDED)


def refused_request() -> Case:
    """A request to cancel what had settled."""
    return case("refused-request", "camt.056", (ACCP, ACTC, RJCT), (RJCT,), state=Reserved.VOIDED)


def request() -> Case:
    """A request to cancel that was carried out."""
    made = case("request", "camt.056", (ACCP, ACTC, ACSP, ACSC), (ACSC,), state=Reserved.POSTED)
    return with_ledger(made, cancelled=("cancelled",))


def cancelled() -> Case:
    """What the request cancelled: its references stay taken."""
    made = case("cancelled", "pacs.008", (ACCP, ACTC, ACSP, CANC), (CANC,), state=Reserved.VOIDED, moved=(0,))
    return with_ledger(made, cancellation=Cancellation("request", Reserved.POSTED, 0), taken=frozenset({"uetr 0"}))


def returned() -> Case:
    """A return of part of a settled payment."""
    made = case("returned", "pacs.004", (ACCP, ACTC, ACSP, ACSC), (ACSC,), state=Reserved.POSTED)
    original = Money(DEBTOR, CREDITOR, "EUR", 2_500)
    back = entry(Reserved.POSTED, (0,), replace(original.reversed, amount_minor=1_000))
    return replace(made, ledger=replace(back, taken=frozenset(), returns=(Return(0, original, Reserved.POSTED),)))


def with_record(of: Case, **changes: Any) -> Case:
    assert of.record is not None
    return replace(of, record=replace(of.record, **changes))


def with_ledger(of: Case, **changes: Any) -> Case:
    assert of.ledger is not None
    return replace(of, ledger=replace(of.ledger, **changes))
