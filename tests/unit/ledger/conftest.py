"""A real PostgreSQL for the session (one for each worker), and an empty, migrated ledger for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lambdas.adapters.ledger import SqlLedger
from lambdas.adapters.ledger_connection import LedgerConnection, LedgerDatabase, open_connection
from lambdas.core.ledger.accounts import Account
from lambdas.core.ledger.audit import violations
from lambdas.core.ledger.orders import CancellationOrder, ReturnOrder, TransferOrder
from simulations.cloud.postgres import EmbeddedPostgres, running_postgres
from tools.migrate.migrate import migrate
from tools.migrate.plan import LedgerPlan

USER = "twinrail"
DEBTOR, CREDITOR = "TWRLGB2LXXX", "RAILFRPPXXX"
CAPS = {"TWRLGB2L": {"EUR": 1_000, "JPY": 1_000}, "RAILFRPP": {"EUR": 1_000}, "RAILDEFF": {"EUR": 0}}
_NUMBERS = itertools.count(1)


@dataclass
class Books:
    """One test's database: connect as often as you like; `close` ends every connection."""

    parameters: dict[str, str]
    _opened: list[LedgerConnection] = field(default_factory=list)
    _shared: SqlLedger | None = None

    def connect(self) -> LedgerConnection:
        self._opened.append(open_connection(**{**self.parameters, "user": USER}))
        return self._opened[-1]

    def close(self) -> None:
        for connection in self._opened:
            connection.close()

    def shared(self) -> SqlLedger:
        """Always the same one."""
        self._shared = self._shared or self.ledger()
        return self._shared

    def ledger(self) -> SqlLedger:
        return SqlLedger(LedgerDatabase(self.connect))

    def account(self, participant: str, currency: str = "EUR") -> Account:
        books = self.ledger().books()
        return next(each for each in books.accounts if each.key == (participant, currency))

    def require_right(self) -> None:
        assert violations(self.ledger().books()) == ()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def new_database(postgres: EmbeddedPostgres) -> dict[str, str]:
    """A database of its own, empty."""
    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(make_conninfo("", **postgres.parameters()), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return {**postgres.parameters(), "dbname": name}


def migrated(
    postgres: EmbeddedPostgres, caps: dict[str, dict[str, int]], database: dict[str, str] | None = None
) -> Books:
    """A ledger with these caps by participant and currency."""
    database = database or new_database(postgres)
    with psycopg.connect(make_conninfo("", **database), autocommit=True) as connection:
        migrate(connection, LedgerPlan({}, database["dbname"], USER, (), caps), sign_on_by_iam=False)
    return Books(database)


@pytest.fixture
def books(postgres: EmbeddedPostgres) -> Iterator[Books]:
    opened = migrated(postgres, CAPS)
    yield opened
    opened.close()


def order(
    amount_minor: int | None = 100,
    *,
    position: int = 0,
    debtor: str | None = DEBTOR,
    creditor: str | None = CREDITOR,
    currency: str = "EUR",
    identities: tuple[str, ...] = (),
) -> TransferOrder:
    return TransferOrder(position, debtor, creditor, currency, amount_minor, identities)


def cancelling(
    *identities: str, position: int = 0, currency: str | None = None, amount_minor: int | None = None
) -> CancellationOrder:
    return CancellationOrder(position, identities, currency, amount_minor)


def returning(
    *identities: str,
    position: int = 0,
    returned_by: str | None = CREDITOR,
    currency: str = "EUR",
    amount_minor: int | None = 100,
) -> ReturnOrder:
    return ReturnOrder(position, identities, returned_by, currency, amount_minor)
