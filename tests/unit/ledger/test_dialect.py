"""Aurora DSQL's rules, as MiniStack's proxy for it states them, over every statement that this project sends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import psycopg
import pytest
from ministack.core import pgproxy
from psycopg.conninfo import make_conninfo

from lambdas.adapters import ledger_sql
from lambdas.core.ledger.cancellations import CancellationDecision
from lambdas.core.ledger.decisions import Decision
from lambdas.core.ledger.transfer import TransferState
from simulations.cloud.postgres import EmbeddedPostgres, free_port
from tests.unit.ledger.conftest import cancelling, migrated, new_database, order, returning
from tools.migrate import participants, users
from tools.migrate.revisions.versions import ledger_0001, ledger_0002

ADAPTER = {name: text for name, text in vars(ledger_sql).items() if name.isupper()}
MIGRATIONS = {
    f"{migration.revision}.{index}": text
    for migration in (ledger_0001, ledger_0002)
    for index, text in enumerate(migration.STATEMENTS)
}
SEEDING = {"open": participants.OPEN_ACCOUNT, "known": users.KNOWN} | {
    f"grant.{index}": text for index, text in enumerate(users.grant_statements("twinrail"))
}


@pytest.mark.parametrize("statement", (ADAPTER | MIGRATIONS | SEEDING).values(), ids=(ADAPTER | MIGRATIONS | SEEDING))
def test_dsql_takes_a_statement_when_it_is_ours(statement: str) -> None:
    assert pgproxy.validate(statement, pgproxy.TxnState()) is None


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE ledger.postings",
        "SAVEPOINT here",
        "CREATE TEMP TABLE a (b integer)",
        "CREATE TRIGGER a AFTER INSERT ON b EXECUTE FUNCTION c()",
        "CREATE TABLE a (b serial PRIMARY KEY)",
        "CREATE INDEX a ON ledger.postings (amount_minor)",
        "DO $$ BEGIN END $$",
    ],
)
def test_dsql_refuses_a_statement_when_it_is_not_in_its_dialect(statement: str) -> None:
    assert isinstance(pgproxy.validate(statement, pgproxy.TxnState()), pgproxy.DsqlError)


def test_nothing_is_created_by_two_statements_in_one() -> None:
    assert all(len(pgproxy.split_statements(text)) == 1 for text in (ADAPTER | MIGRATIONS | SEEDING).values())


@pytest.fixture
def proxied(postgres: EmbeddedPostgres) -> Iterator[dict[str, str]]:
    """A database behind MiniStack's proxy, which refuses what DSQL would, as the statements go by."""
    database = new_database(postgres)
    # Whom the proxy signs on as, whoever speaks to it.
    with psycopg.connect(make_conninfo("", **database), autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    port, ready, loop = free_port(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        await pgproxy.start_proxy(database["dbname"], port, database["host"], postgres.port)
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    yield {**database, "port": str(port)}
    asyncio.run_coroutine_threadsafe(pgproxy.stop_all_proxies(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def test_migration_and_ledger_work_when_only_dsqls_dialect_is_let_through(
    postgres: EmbeddedPostgres, proxied: dict[str, str]
) -> None:
    books = migrated(postgres, {"TWRLGB2L": {"EUR": 500}, "RAILFRPP": {"EUR": 0}}, proxied)
    ledger = books.ledger()
    ledger.reserve("T1", [order(300, identities=("A",))])
    ledger.reserve("T2", [order(200, identities=("B",))])
    assert ledger.post("T1") is TransferState.POSTED
    assert ledger.void("T2") is TransferState.VOIDED
    assert ledger.reserve_returns("R1", [returning("A", amount_minor=300)]) == (Decision(0, None),)
    assert ledger.void("R1") is TransferState.VOIDED
    assert ledger.reserve_returns("R2", [returning("A", amount_minor=300)]) == (Decision(0, None),)
    ledger.reserve("T3", [order(200, identities=("C",))])
    assert ledger.bearers(["C"]) == {"T3"}
    assert ledger.cancel("C1", [cancelling("C")], ["T3"]) == (CancellationDecision(0, "T3", None),)
    assert ledger.cancellation("T3") is not None
    books.require_right()
    books.close()
