"""The ledger alone, on an embedded PostgreSQL of its own: how fast, and is it right after 10,000 payments."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from lambdas.adapters.ledger import SqlLedger
from lambdas.adapters.ledger_connection import LedgerDatabase, open_connection
from lambdas.core.ledger.orders import TransferOrder
from simulations.checkers.books import check_books
from simulations.cloud.postgres import running_postgres
from tools.migrate.migrate import migrate
from tools.migrate.plan import LedgerPlan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Barrier

    from simulations.checkers.books import Violation
    from simulations.cloud.postgres import EmbeddedPostgres

USER = "twinrail_ledger"
PARTICIPANTS = tuple(f"BANK{country}{place:02d}" for country in ("GB", "FR", "DE", "NL") for place in range(5))
CURRENCIES = ("EUR", "GBP", "JPY")
AMPLE_MINOR = 10**15
REGIONS = 2
START_SECONDS = 60.0
"""What the last client has to come up in."""
REPEATED, REDELIVERED, VOIDED = 0.05, 0.1, 0.1
"""Of the checked messages: bearing another's references, delivered again, voided."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """One run: transfers reserved and posted, in how many seconds; latency of both steps together, in ms."""

    clients: int
    hot: bool
    transfers: int
    seconds: float
    median_ms: float
    p95_ms: float

    @property
    def line(self) -> str:
        """The run as the report shows it."""
        where = "one hot account" if self.hot else "spread over 20"
        rate = self.transfers / self.seconds
        return (
            f"{self.clients} clients, {where:<16} {rate:7.0f} transfers/s   p50 {self.median_ms:6.1f} ms   "
            f"p95 {self.p95_ms:6.1f} ms"
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run of payments came to, by outcome, and every rule of the books that is broken after it."""

    outcomes: dict[str, int]
    violations: tuple[Violation, ...]


@contextmanager
def _ledger_server(caps_minor: int, *, durable: bool) -> Iterator[EmbeddedPostgres]:
    with (
        TemporaryDirectory(prefix="twinrail-") as folder,
        running_postgres(Path(folder) / "l", durable=durable) as server,
    ):
        caps = {bank: dict.fromkeys(CURRENCIES, caps_minor) for bank in PARTICIPANTS}
        with psycopg.connect(make_conninfo("", **server.parameters()), autocommit=True) as connection:
            migrate(connection, LedgerPlan({}, "postgres", USER, (), caps), sign_on_by_iam=False)
        yield server


@contextmanager
def _ledgers(server: EmbeddedPostgres, number: int) -> Iterator[list[SqlLedger]]:
    databases = [LedgerDatabase(lambda: open_connection(**server.parameters(USER))) for _ in range(number)]
    try:
        yield [SqlLedger(database) for database in databases]
    finally:
        for database in databases:
            database.close()


def throughput(*, clients: int, hot: bool, seconds: float, seed: int) -> Throughput:
    """Each client, a process of its own, reserves and posts one transfer after the other; commits wait for the disk."""
    processes = get_context("spawn")
    with _ledger_server(AMPLE_MINOR, durable=True) as server, processes.Manager() as shared:
        work = partial(_client, server.parameters(USER), shared.Barrier(clients), seconds, hot=hot)
        with ProcessPoolExecutor(clients, mp_context=processes) as pool:
            done = pool.map(work, [f"{seed}/{number}" for number in range(clients)])
            taken = [each for several in done for each in several]
    cuts = quantiles(taken, n=20)
    return Throughput(clients, hot, len(taken), seconds, cuts[9], cuts[18])


def _client(parameters: dict[str, str], start: Barrier, seconds: float, seed: str, *, hot: bool) -> list[float]:
    """How long each transfer took, in ms. Clients wait at `start` for each other, connected and ready."""
    randomness, taken = _randomness(seed), list[float]()
    database = LedgerDatabase(lambda: open_connection(**parameters))
    ledger = SqlLedger(database)
    ledger.void(f"first {seed}")
    start.wait(START_SECONDS)
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        transaction_id = f"{seed}-{len(taken)}"
        debtor, creditor = randomness.sample(PARTICIPANTS, 2)
        order = _order(0, (PARTICIPANTS[0] if hot else debtor, creditor), "EUR", 100, transaction_id)
        ledger.reserve(transaction_id, [order])
        ledger.post(transaction_id)
        taken.append((time.monotonic() - began) * 1000)
    database.close()
    return taken


def settle_and_check(*, payments: int, seed: int, clients: int = 2 * REGIONS, caps_minor: int = 50_000) -> Checked:
    """Send payments among 20 participants from both Regions at once, in messages of 1 to 8, then check the books.

    Of the messages one in ten is voided, one in ten delivered again, and one in twenty repeats another's references.
    Caps are tight: some payments find no funds.
    """
    with _ledger_server(caps_minor, durable=False) as server, _ledgers(server, clients) as ledgers:

        def work(number: int) -> Counter[str]:
            return _settle(ledgers[number], f"{seed}/{number}", payments // clients)

        with ThreadPoolExecutor(clients) as pool:
            outcomes = sum(pool.map(work, range(clients)), Counter[str]())
        with psycopg.connect(make_conninfo("", **server.parameters()), autocommit=True) as connection:
            return Checked(dict(sorted(outcomes.items())), check_books(connection))


def _settle(ledger: SqlLedger, seed: str, payments: int) -> Counter[str]:
    randomness, outcomes, message = _randomness(seed), Counter[str](), 0
    while (left := payments - outcomes.total()) > 0:
        transaction_id, message = f"{seed}-{message}", message + 1
        repeated = randomness.random() < REPEATED and message > 1
        reference = f"{seed}-{message - 2}" if repeated else transaction_id
        orders = [
            _random_order(randomness, position, reference) for position in range(min(left, randomness.randint(1, 8)))
        ]
        decisions = ledger.reserve(transaction_id, orders) or ()
        if randomness.random() < REDELIVERED and ledger.reserve(transaction_id, orders) != decisions:
            raise AssertionError(f"{transaction_id}: a redelivery was decided otherwise")
        voided = randomness.random() < VOIDED
        (ledger.void if voided else ledger.post)(transaction_id)
        for decision in decisions:
            outcomes[decision.refusal or ("voided" if voided else "posted")] += 1
    return outcomes


def _random_order(randomness: random.Random, position: int, reference: str) -> TransferOrder:
    debtor, creditor = randomness.choice(PARTICIPANTS), randomness.choice(PARTICIPANTS)
    amount_minor = randomness.randint(1, 20_000)
    return _order(position, (debtor, creditor), randomness.choice(CURRENCIES), amount_minor, f"{reference}-{position}")


def _order(position: int, banks: tuple[str, str], currency: str, amount_minor: int, identity: str) -> TransferOrder:
    return TransferOrder(position, *banks, currency, amount_minor, (identity,))


def _randomness(seed: str) -> random.Random:
    return random.Random(seed)
