"""Returns against a real PostgreSQL: a settled payment goes back, once."""

from __future__ import annotations

import pytest

from lambdas.core.ledger.decisions import Refusal
from lambdas.core.ledger.orders import ReturnOrder
from lambdas.core.ledger.transfer import TransferState
from tests.unit.ledger.conftest import Books, cancelling, order, returning


def _settled(books: Books, transaction_id: str = "T1", *identities: str, amount_minor: int = 100) -> None:
    orders = [order(amount_minor, position=index, identities=(each,)) for index, each in enumerate(identities or "A")]
    books.ledger().reserve(transaction_id, orders)
    assert books.ledger().post(transaction_id) is TransferState.POSTED


def _return(books: Books, *orders: ReturnOrder, by: str = "R1") -> list[Refusal | None]:
    decisions = books.ledger().reserve_returns(by, orders)
    assert decisions is not None
    return [each.refusal for each in decisions]


def test_the_money_goes_back_when_a_return_is_reserved_and_posted(books: Books) -> None:
    _settled(books, amount_minor=250)
    assert _return(books, returning("A", amount_minor=250)) == [None]
    assert books.account("RAILFRPP").reserved_minor == 250
    assert books.ledger().post("R1") is TransferState.POSTED
    assert (books.account("TWRLGB2L").balance_minor, books.account("RAILFRPP").balance_minor) == (0, 0)
    books.require_right()


def test_it_is_returned_once_when_it_is_asked_for_twice(books: Books) -> None:
    _settled(books)
    assert _return(books, returning("A")) == [None]
    assert _return(books, returning("A"), by="R2") == [Refusal.RETURNED_BEFORE]
    books.ledger().post("R1")
    assert _return(books, returning("A"), by="R3") == [Refusal.RETURNED_BEFORE]
    assert _return(books, returning("A")) == [None]
    books.require_right()


def test_it_is_returned_once_when_one_message_names_it_by_two_references(books: Books) -> None:
    books.ledger().reserve("T1", [order(identities=("A", "B"))])
    books.ledger().post("T1")
    assert _return(books, returning("A"), returning("B", position=1)) == [None, Refusal.RETURNED_BEFORE]


def test_it_may_be_returned_again_when_the_first_return_was_voided(books: Books) -> None:
    _settled(books)
    _return(books, returning("A"))
    assert books.ledger().void("R1") is TransferState.VOIDED
    assert books.account("RAILFRPP").reserved_minor == 0
    assert _return(books, returning("A"), by="R2") == [None]
    books.require_right()


def test_the_others_go_on_when_one_payment_of_a_return_is_refused(books: Books) -> None:
    _settled(books, "T1", "A", "B")
    assert _return(books, returning("A"), returning("C", position=1), returning("B", position=2)) == [
        None,
        Refusal.NO_ORIGINAL,
        None,
    ]
    books.ledger().post("R1")
    assert books.account("TWRLGB2L").balance_minor == 0
    books.require_right()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (returning("unknown"), Refusal.NO_ORIGINAL),
        (returning(), Refusal.NO_ORIGINAL),
        (returning("A", "B"), Refusal.AMBIGUOUS_ORIGINAL),
        (returning("B"), Refusal.ORIGINAL_NOT_SETTLED),
        (returning("C"), Refusal.ORIGINAL_NOT_SETTLED),
        (returning("D"), Refusal.NO_ORIGINAL),
        (returning("A", returned_by="TWRLGB2LXXX"), Refusal.NOT_THE_CREDITOR_AGENT),
        (returning("A", returned_by=None), Refusal.NOT_THE_CREDITOR_AGENT),
        (returning("A", currency="JPY"), Refusal.CURRENCY_DIFFERS),
        (returning("A", amount_minor=101), Refusal.ABOVE_THE_ORIGINAL),
        (returning("A", amount_minor=None), Refusal.ABOVE_THE_ORIGINAL),
    ],
)
def test_a_return_is_refused_when_it_is_none(books: Books, wrong: ReturnOrder, why: Refusal) -> None:
    _settled(books)
    ledger = books.ledger()
    ledger.reserve("T2", [order(identities=("B",))])
    ledger.reserve("T3", [order(identities=("C",))])
    ledger.cancel("C1", [cancelling("C")], ["T3"])
    ledger.reserve("T4", [order(identities=("D",))])
    ledger.void("T4")
    assert _return(books, wrong) == [why]
    books.require_right()


def test_a_part_may_be_returned_when_the_rest_is_kept(books: Books) -> None:
    _settled(books)
    assert _return(books, returning("A", amount_minor=99, returned_by="RAILFRPPABC")) == [None]
    books.ledger().post("R1")
    assert books.account("TWRLGB2L").balance_minor == -1


def test_a_return_is_refused_when_the_creditor_has_spent_the_money(books: Books) -> None:
    books.ledger().reserve("T1", [order(creditor="RAILDEFFXXX", identities=("A",))])
    books.ledger().post("T1")
    books.ledger().reserve("T2", [order(debtor="RAILDEFFXXX")])
    assert _return(books, returning("A", returned_by="RAILDEFF")) == [Refusal.INSUFFICIENT_FUNDS]
    books.ledger().void("T2")
    assert _return(books, returning("A", returned_by="RAILDEFF"), by="R2") == [None]
