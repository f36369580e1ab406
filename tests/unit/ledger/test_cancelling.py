"""Cancelling against a real PostgreSQL: what is still reserved, as a whole, once."""

from __future__ import annotations

import pytest
from psycopg import errors

from lambdas.core.ledger.cancellations import CancellationDecision, CancellationRefusal
from lambdas.core.ledger.decisions import Decision, Refusal
from lambdas.core.ledger.orders import CancellationOrder
from lambdas.core.ledger.transfer import TransferState
from tests.unit.ledger.conftest import Books, cancelling, order, returning

WHOLE = CancellationRefusal.NOT_AS_A_WHOLE


def _cancel(books: Books, *orders: CancellationOrder, by: str = "C1", permitted: str = "T1") -> list[object]:
    decisions = books.ledger().cancel(by, orders, permitted.split())
    assert decisions is not None
    return [each.refusal or each.cancelled for each in decisions]


def _reserved(books: Books, transaction_id: str, *identities: str, amount_minor: int = 100) -> None:
    orders = [order(amount_minor, position=index, identities=(each,)) for index, each in enumerate(identities)]
    assert books.ledger().reserve(transaction_id, orders) == tuple(Decision(each.position, None) for each in orders)


def test_funds_are_freed_and_never_move_when_a_reserved_payment_is_cancelled(books: Books) -> None:
    _reserved(books, "T1", "A", amount_minor=250)
    assert _cancel(books, cancelling("A")) == ["T1"]
    account = books.account("TWRLGB2L")
    assert (account.reserved_minor, account.balance_minor) == (0, 0)
    assert books.ledger().post("T1") is TransferState.CANCELLED
    assert books.ledger().void("T1") is TransferState.CANCELLED
    assert books.ledger().reserve("T1", [order(250, identities=("A",))]) is None
    assert books.account("TWRLGB2L").balance_minor == 0
    books.require_right()


def test_a_cancelled_payment_keeps_its_references_when_it_comes_again(books: Books) -> None:
    _reserved(books, "T1", "A")
    _cancel(books, cancelling("A"))
    again = books.ledger().reserve("T2", [order(identities=("A",))])
    assert again == (Decision(0, Refusal.DUPLICATE),)


def test_the_request_has_settled_when_it_cancelled_something_and_stays_open_when_not(books: Books) -> None:
    _reserved(books, "T1", "A")
    assert _cancel(books, cancelling("A")) == ["T1"]
    assert _cancel(books, cancelling("A"), by="C2") == [CancellationRefusal.CANCELLED_BEFORE]
    assert books.ledger().void("C1") is TransferState.POSTED
    assert books.ledger().void("C2") is TransferState.VOIDED


def test_the_same_is_decided_when_a_request_is_repeated(books: Books) -> None:
    _reserved(books, "T1", "A")
    orders = [cancelling("A"), cancelling("B", position=1)]
    first = books.ledger().cancel("C1", orders, ["T1", "T2"])
    _reserved(books, "T2", "B")
    assert books.ledger().cancel("C1", orders, ["T1", "T2"]) == first
    assert books.ledger().post("T2") is TransferState.POSTED
    books.require_right()


def test_nothing_is_cancelled_when_the_request_was_voided_before(books: Books) -> None:
    _reserved(books, "T1", "A")
    books.ledger().void("C1")
    assert books.ledger().cancel("C1", [cancelling("A")], ["T1"]) is None
    assert books.ledger().post("T1") is TransferState.POSTED


def test_it_is_refused_when_the_payment_settled_or_was_returned(books: Books) -> None:
    _reserved(books, "T1", "A", "B")
    books.ledger().post("T1")
    books.ledger().reserve_returns("R1", [returning("B")])
    assert _cancel(books, cancelling("A"), cancelling("B", position=1)) == [
        CancellationRefusal.SETTLED,
        CancellationRefusal.RETURNED,
    ]
    books.require_right()


def test_it_is_refused_as_unknown_when_it_is_not_permitted_or_was_voided(books: Books) -> None:
    _reserved(books, "T1", "A")
    _reserved(books, "T2", "B")
    books.ledger().void("T1")
    refusals = _cancel(books, cancelling("A"), cancelling("B", position=1), cancelling("C", position=2))
    assert refusals == [CancellationRefusal.NO_ORIGINAL] * 3
    assert books.ledger().post("T2") is TransferState.POSTED


def test_none_is_cancelled_when_only_some_of_an_open_message_are_named(books: Books) -> None:
    _reserved(books, "T1", "A", "B")
    assert _cancel(books, cancelling("A")) == [WHOLE]
    assert books.ledger().post("T1") is TransferState.POSTED
    _reserved(books, "T2", "C", "D")
    assert _cancel(books, cancelling("C"), cancelling("D", position=1), by="C2", permitted="T2") == ["T2", "T2"]


def test_a_payment_that_was_refused_need_not_be_named_when_the_rest_is(books: Books) -> None:
    orders = [order(identities=("A",)), order(5_000, position=1, identities=("B",))]
    books.ledger().reserve("T1", orders)
    assert _cancel(books, cancelling("A"), cancelling("B", position=1)) == ["T1", CancellationRefusal.NO_ORIGINAL]


@pytest.mark.parametrize(("currency", "amount_minor"), [("EUR", 99), ("JPY", 100), ("EUR", None)])
def test_it_is_refused_when_the_request_speaks_of_another_amount(
    books: Books, currency: str, amount_minor: int | None
) -> None:
    _reserved(books, "T1", "A")
    wrong = cancelling("A", currency=currency, amount_minor=amount_minor)
    assert _cancel(books, wrong) == [CancellationRefusal.AMOUNT_DIFFERS]
    assert _cancel(books, cancelling("A", currency="EUR", amount_minor=100), by="C2") == ["T1"]


def test_it_is_refused_when_its_references_name_two_payments(books: Books) -> None:
    _reserved(books, "T1", "A")
    _reserved(books, "T2", "B")
    assert _cancel(books, cancelling("A", "B"), permitted="T1 T2") == [CancellationRefusal.AMBIGUOUS_ORIGINAL]
    assert _cancel(books, cancelling("A", "unknown"), by="C2") == ["T1"]


def test_who_cancelled_it_and_what_was_decided_before_is_on_record_when_it_is_cancelled(books: Books) -> None:
    books.ledger().reserve("T1", [order(identities=("A",)), order(5_000, position=1)])
    assert books.ledger().cancellation("T1") is None
    _cancel(books, cancelling("A"))
    found = books.ledger().cancellation("T1")
    assert found is not None
    assert (found.requested_by, [each.refusal for each in found.decisions]) == (
        "C1",
        [None, Refusal.INSUFFICIENT_FUNDS],
    )
    assert books.ledger().cancellation("T1") == found


def test_the_bearers_are_those_whose_payments_may_not_come_again(books: Books) -> None:
    for number, identity in enumerate("ABC", start=1):
        _reserved(books, f"T{number}", identity)
    books.ledger().void("T1")
    _cancel(books, cancelling("B"), permitted="T2")
    assert books.ledger().bearers(["A", "B", "C", "D"]) == {"T2", "T3"}


def test_the_user_of_the_functions_cannot_undo_a_cancellation(books: Books) -> None:
    connection = books.connect()
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("DELETE FROM ledger.cancellations")


def test_many_transactions_are_cancelled_at_once_when_one_request_names_them(books: Books) -> None:
    _reserved(books, "T1", "A")
    _reserved(books, "T2", "B", "C")
    orders = [cancelling(each, position=index) for index, each in enumerate("ABC")]
    assert books.ledger().cancel("C1", orders, ["T1", "T2"]) == tuple(
        CancellationDecision(position, transaction, None) for position, transaction in enumerate(["T1", "T2", "T2"])
    )
    assert books.account("TWRLGB2L").reserved_minor == 0
    books.require_right()
