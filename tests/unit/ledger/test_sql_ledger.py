"""The ledger against a real PostgreSQL: what is reserved, posted and voided, once."""

from __future__ import annotations

from functools import partial

import pytest
from psycopg import errors, sql

from lambdas.adapters.ledger import SqlLedger
from lambdas.adapters.ledger_connection import LedgerConnection, LedgerDatabase, WrongIsolation, open_connection
from lambdas.core.ledger.decisions import Decision, Refusal
from lambdas.core.ledger.orders import TransferOrder
from lambdas.core.ledger.transfer import TransferState
from lambdas.service.ports import LedgerUnavailable, NothingReserved
from tests.unit.ledger.conftest import Books, order
from tools.migrate.users import PRIVILEGES


def _refusals(decisions: tuple[Decision, ...] | None) -> list[Refusal | None]:
    assert decisions is not None
    return [decision.refusal for decision in decisions]


def test_money_is_held_and_then_moves_when_a_payment_is_reserved_and_posted(books: Books) -> None:
    ledger = books.ledger()
    assert _refusals(ledger.reserve("T1", [order(250)])) == [None]
    assert (books.account("TWRLGB2L").reserved_minor, books.account("TWRLGB2L").balance_minor) == (250, 0)
    assert ledger.post("T1") is TransferState.POSTED
    debtor, creditor = books.account("TWRLGB2L"), books.account("RAILFRPP")
    assert (debtor.reserved_minor, debtor.balance_minor, creditor.balance_minor) == (0, -250, 250)
    books.require_right()


def test_nothing_moves_when_a_reservation_is_voided(books: Books) -> None:
    ledger = books.ledger()
    ledger.reserve("T1", [order(250, identities=("A",))])
    assert ledger.void("T1") is TransferState.VOIDED
    assert (books.account("TWRLGB2L").reserved_minor, books.account("TWRLGB2L").balance_minor) == (0, 0)
    assert _refusals(ledger.reserve("T2", [order(250, identities=("A",))])) == [None]
    books.require_right()


def test_repeating_a_step_changes_nothing_when_it_is_done(books: Books) -> None:
    orders = [order(600, identities=("A",)), order(600, position=1, identities=("B",))]
    first = books.ledger().reserve("T1", orders)
    assert _refusals(first) == [None, Refusal.INSUFFICIENT_FUNDS]
    assert books.ledger().reserve("T1", orders) == first
    assert books.account("TWRLGB2L").reserved_minor == 600
    assert [books.ledger().post("T1") for _ in range(3)] == [TransferState.POSTED] * 3
    assert books.ledger().reserve("T1", orders) == first
    assert books.account("TWRLGB2L").balance_minor == -600
    books.require_right()


def test_the_first_ending_holds_when_another_comes_after_it(books: Books) -> None:
    ledger = books.ledger()
    ledger.reserve("T1", [order()])
    ledger.reserve("T2", [order()])
    ledger.post("T1")
    ledger.void("T2")
    assert ledger.void("T1") is TransferState.POSTED
    assert ledger.post("T2") is TransferState.VOIDED
    assert books.account("TWRLGB2L").balance_minor == -100
    books.require_right()


def test_nothing_is_reserved_when_the_transaction_was_voided_before(books: Books) -> None:
    ledger = books.ledger()
    assert ledger.void("T1") is TransferState.VOIDED
    assert ledger.void("T1") is TransferState.VOIDED
    assert ledger.reserve("T1", [order()]) is None
    assert ledger.post("T1") is TransferState.VOIDED
    books.require_right()


def test_posting_is_refused_when_nothing_was_reserved(books: Books) -> None:
    with pytest.raises(NothingReserved):
        books.ledger().post("T1")


def test_a_payment_is_refused_when_another_transaction_bears_its_reference(books: Books) -> None:
    ledger = books.ledger()
    ledger.reserve("T1", [order(identities=("A", "B"))])
    ledger.post("T1")
    later = [order(identities=("B", "C")), order(position=1, identities=("C",))]
    assert _refusals(books.ledger().reserve("T2", later)) == [Refusal.DUPLICATE, None]
    assert books.account("TWRLGB2L").reserved_minor == 100


def test_a_reference_stays_free_when_its_payment_was_refused(books: Books) -> None:
    ledger = books.ledger()
    assert _refusals(ledger.reserve("T1", [order(5_000, identities=("A",))])) == [Refusal.INSUFFICIENT_FUNDS]
    assert _refusals(ledger.reserve("T2", [order(5, identities=("A",))])) == [None]


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (order(debtor=None), Refusal.UNKNOWN_DEBTOR_AGENT),
        (order(debtor="NOBODEFFXXX"), Refusal.UNKNOWN_DEBTOR_AGENT),
        (order(creditor="NOBODEFFXXX"), Refusal.UNKNOWN_CREDITOR_AGENT),
        (order(currency="JPY"), Refusal.NO_CREDITOR_ACCOUNT),
        (order(debtor="RAILFRPPXXX", currency="JPY"), Refusal.NO_DEBTOR_ACCOUNT),
        (order(None), Refusal.AMOUNT_NOT_ALLOWED),
        (order(1, debtor="RAILDEFF"), Refusal.INSUFFICIENT_FUNDS),
        (order(1_001), Refusal.INSUFFICIENT_FUNDS),
    ],
)
def test_a_payment_is_refused_when_it_cannot_be_settled(books: Books, refused: TransferOrder, why: Refusal) -> None:
    assert _refusals(books.ledger().reserve("T1", [refused])) == [why]
    books.require_right()


def test_money_that_came_in_can_be_spent_when_it_is_posted(books: Books) -> None:
    ledger = books.ledger()
    back = order(900, debtor="RAILDEFF", creditor="TWRLGB2L")
    ledger.reserve("T1", [order(900, creditor="RAILDEFFXXX")])
    assert _refusals(ledger.reserve("T2", [back])) == [Refusal.INSUFFICIENT_FUNDS]
    ledger.post("T1")
    assert _refusals(ledger.reserve("T3", [back])) == [None]
    ledger.post("T3")
    assert books.account("TWRLGB2L").balance_minor == 0
    books.require_right()


def test_an_account_pays_itself_when_debtor_and_creditor_are_one(books: Books) -> None:
    ledger = books.ledger()
    ledger.reserve("T1", [order(700, creditor="TWRLGB2LABC")])
    ledger.post("T1")
    assert books.account("TWRLGB2L").balance_minor == 0
    books.require_right()


def test_the_user_of_the_functions_cannot_take_back_a_posting(books: Books) -> None:
    connection = books.connect()
    for statement in ("DELETE FROM ledger.postings", "UPDATE ledger.transfers SET amount_minor = 1"):
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_the_observer_hears_whether_the_ledger_answers_and_nothing_that_is_in_it(books: Books) -> None:
    def connect() -> LedgerConnection:
        return open_connection(**{**books.parameters, "user": "twinrail_observer"})

    database = LedgerDatabase(connect)
    SqlLedger(database).answer()
    for table in PRIVILEGES:
        with pytest.raises(errors.InsufficientPrivilege):
            database.run(partial(_look, table))
    database.close()


def _look(table: str, connection: LedgerConnection) -> None:
    connection.execute(sql.SQL("SELECT 1 FROM ledger.{}").format(sql.Identifier(table)))


def test_the_database_refuses_an_account_beyond_its_cap(books: Books) -> None:
    connection = books.connect()
    with pytest.raises(errors.CheckViolation):
        connection.execute("UPDATE ledger.accounts SET reserved_minor = 1001")


def test_a_new_connection_is_made_when_the_old_one_breaks(books: Books) -> None:
    database = LedgerDatabase(books.connect)
    running = database.run(lambda connection: connection.info.backend_pid)
    killer = open_connection(**books.parameters)
    killer.execute("SELECT pg_terminate_backend(%s)", (running,))
    killer.close()
    assert database.run(lambda connection: connection.info.backend_pid) != running


def test_the_connection_is_kept_between_transactions_until_it_is_old(books: Books) -> None:
    moment = [0.0]
    database = LedgerDatabase(books.connect, clock=lambda: moment[0])
    first = database.run(lambda connection: connection.info.backend_pid)
    moment[0] = 2_900.0
    assert database.run(lambda connection: connection.info.backend_pid) == first
    moment[0] = 3_100.0
    assert database.run(lambda connection: connection.info.backend_pid) != first
    database.close()


def test_it_is_reported_when_no_connection_can_be_had() -> None:
    def refuse() -> object:
        raise errors.OperationalError("refused")

    with pytest.raises(LedgerUnavailable):
        LedgerDatabase(refuse).run(lambda _: None)  # type: ignore[arg-type]


def test_a_database_is_refused_when_its_transactions_see_no_snapshot(books: Books) -> None:
    with pytest.raises(WrongIsolation):
        open_connection(**books.parameters, options="-c default_transaction_isolation=read\\ committed")
