"""The independent checker of the books: it agrees with the ledger, and finds what is broken."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from simulations.bench.ledger import settle_and_check
from simulations.checkers.books import RULES, check_books
from tests.unit.ledger.conftest import Books, order

BREAKS = {
    "postings of a currency sum to zero": "UPDATE ledger.postings SET amount_minor = 99 WHERE side = 'credit'",
    "a balance is the sum of its postings": "UPDATE ledger.accounts SET balance_minor = balance_minor + 1",
    "what is reserved is the sum of open transfers": "UPDATE ledger.accounts SET reserved_minor = reserved_minor + 1 "
    "WHERE net_debit_cap_minor > 0",
    "no account is below its cap": "ALTER TABLE ledger.accounts DROP CONSTRAINT accounts_check; "
    "UPDATE ledger.accounts SET balance_minor = -5000",
    "a posted transfer has one debit and one credit, any other has none": "DELETE FROM ledger.postings",
    "a posting belongs to a transfer": "UPDATE ledger.postings SET position = 7",
    "a transfer belongs to a reservation": "DELETE FROM ledger.reservations",
}


def test_the_books_are_right_when_hundreds_of_payments_were_sent_from_both_regions() -> None:
    checked = settle_and_check(payments=400, seed=20)
    assert checked.violations == ()
    assert sum(checked.outcomes.values()) == 400
    assert {"posted", "voided", "duplicate", "insufficient_funds"} <= checked.outcomes.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_named_when_it_is_broken(books: Books, rule: str) -> None:
    ledger = books.ledger()
    ledger.reserve("T1", [order(100)])
    ledger.post("T1")
    ledger.reserve("T2", [order(100)])
    with psycopg.connect(make_conninfo("", **books.parameters), autocommit=True) as connection:
        assert check_books(connection) == ()
        connection.execute(BREAKS[rule].encode())
        assert rule in {violation.rule for violation in check_books(connection)}
