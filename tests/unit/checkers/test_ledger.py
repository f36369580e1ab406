"""The checkers' own reading of the ledger, held against a real one that real payments went through."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lambdas.adapters.ledger_connection import LedgerConnection
from simulations.checkers.ledger import Cancellation, LedgerEntry, Money, Posting, Return, read_entries
from simulations.checkers.statuses import Reserved
from tests.unit.ledger.conftest import Books, order

MONEY = Money("TWRLGB2L", "RAILFRPP", "EUR", 100)
ALL = ("posted", "reserved", "voided", "nothing")
# As the migration that brings cancellation and return makes them.
LATER = (
    "CREATE TABLE IF NOT EXISTS ledger.cancellations (transaction_id varchar(64) PRIMARY KEY, "
    "requested_by varchar(64) NOT NULL, cancelled_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS ledger.returns (original_transaction_id varchar(64), original_position integer, "
    "transaction_id varchar(64) NOT NULL, position integer NOT NULL, "
    "PRIMARY KEY (original_transaction_id, original_position))",
)


@pytest.fixture
def connection(books: Books) -> Iterator[LedgerConnection]:
    with psycopg.connect(make_conninfo("", **books.parameters), autocommit=True) as opened:
        ledger = books.ledger()
        ledger.reserve("posted", [order(100, identities=("a", "b")), order(100, position=2, identities=("c",))])
        ledger.post("posted")
        ledger.reserve("reserved", [order(100, identities=("d",))])
        ledger.reserve("voided", [order(100, identities=("e",))])
        ledger.void("voided")
        ledger.void("nothing")
        yield opened


def test_state_money_postings_and_references_are_read_when_payments_went_through(
    connection: LedgerConnection,
) -> None:
    entries = read_entries(connection)
    assert {each: entry.state.value for each, entry in entries.items()} == {
        "posted": "posted", "reserved": "reserved", "voided": "voided", "nothing": "voided",
    }  # fmt: skip
    posted = entries["posted"]
    assert posted.transfers == {0: MONEY, 2: MONEY}
    assert posted.postings == {
        Posting(position, side, participant, "EUR", amount)
        for position in (0, 2)
        for side, participant, amount in (("debit", "TWRLGB2L", -100), ("credit", "RAILFRPP", 100))
    }
    assert (posted.borne, posted.taken) == (frozenset("abc"), frozenset("abc"))
    assert (entries["reserved"].borne, entries["reserved"].taken) == (frozenset("d"), frozenset("d"))
    assert (entries["voided"].borne, entries["voided"].taken) == (frozenset("e"), frozenset())
    assert entries["voided"].postings == entries["nothing"].postings == frozenset()


def test_only_these_are_read_when_some_are_asked_for(connection: LedgerConnection) -> None:
    everything = read_entries(connection)
    assert read_entries(connection, only=["posted", "unknown"]) == {"posted": everything["posted"]}
    assert read_entries(connection, only=[]) == {}


def test_cancellations_and_returns_are_none_when_the_ledger_has_no_such_tables(
    connection: LedgerConnection,
) -> None:
    connection.execute("DROP TABLE IF EXISTS ledger.cancellations")
    connection.execute("DROP TABLE IF EXISTS ledger.returns")
    posted = read_entries(connection)["posted"]
    assert (posted.cancellation, posted.cancelled, posted.returns) == (None, None, None)


def test_cancellations_and_returns_are_read_when_the_ledger_has_them(
    connection: LedgerConnection,
) -> None:
    for statement in LATER:
        connection.execute(statement.encode())
    connection.execute("INSERT INTO ledger.cancellations (transaction_id, requested_by) VALUES ('voided', 'posted')")
    connection.execute("INSERT INTO ledger.cancellations (transaction_id, requested_by) VALUES ('nothing', 'lost')")
    connection.execute(
        "INSERT INTO ledger.returns (original_transaction_id, original_position, transaction_id, position) "
        "VALUES ('posted', 2, 'reserved', 0), ('lost', 0, 'reserved', 1)"
    )
    for entries in (
        read_entries(connection),
        read_entries(connection, only=ALL),
    ):
        assert entries["voided"].cancellation == Cancellation("posted", Reserved.POSTED, 2)
        assert entries["nothing"].cancellation == Cancellation("lost", None, 0)
        assert entries["posted"].cancelled == ("voided",)
        assert sorted(_returns(entries["reserved"]), key=lambda each: each.position) == [
            Return(0, MONEY, Reserved.POSTED),
            Return(1, None, None),
        ]
        assert entries["posted"].returns == ()


def _returns(entry: LedgerEntry) -> tuple[Return, ...]:
    assert entry.returns is not None
    return entry.returns


def test_the_functions_own_user_may_read_it_all(connection: LedgerConnection, books: Books) -> None:
    assert read_entries(books.connect()) == read_entries(connection)
