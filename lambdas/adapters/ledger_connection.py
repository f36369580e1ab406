"""The connection to the ledger's database: one for a process, kept between invocations, replaced when it breaks.

A transaction that conflicts with another (SQLSTATE 40001) is tried again: Aurora DSQL locks nothing and decides at
commit, and PostgreSQL at the isolation level that DSQL has (repeatable read, a snapshot) says the same.
"""

from __future__ import annotations

import functools
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import botocore
import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from lambdas.adapters.clients import ledger_password
from lambdas.adapters.ledger_sql import ISOLATION
from lambdas.service.ports import LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.adapters.environment import LedgerSettings

LedgerConnection = psycopg.Connection[tuple[object, ...]]
Result = TypeVar("Result")

ISOLATION_LEVEL = "repeatable read"
CONFLICT_SECONDS = 8.0
"""A transaction that conflicts for so long gives up, and the queue delivers its message again.

Time, not tries: of n that contend for one account one comes through at a time, and a fixed number of tries is soon used
up by bad luck.
"""
CONNECTION_TRIES = 2
CONNECT_SECONDS = 3
# Aurora DSQL ends every connection after an hour (its User Guide, "Cluster quotas").
MAXIMUM_AGE_SECONDS = 3_000.0
# A snapshot too old, a row that another transaction made first, and (PostgreSQL only) a circle of locks.
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)


class WrongIsolation(Exception):
    """The database does not give each transaction a snapshot of its own: on it the ledger's rules do not hold."""


class LedgerDatabase:
    """Runs transactions on one connection at a time. Not for several threads: give each its own."""

    def __init__(self, connect: Callable[[], LedgerConnection], clock: Callable[[], float] = monotonic) -> None:
        self._connect = connect
        self._clock = clock
        self._connection: LedgerConnection | None = None
        self._opened_at = 0.0

    def run(self, work: Callable[[LedgerConnection], Result]) -> Result:
        """Do `work` in one transaction and commit; from the start again where it conflicts or the connection breaks.

        So `work` must bear being repeated, even after a commit whose acknowledgement was lost.

        Raises LedgerUnavailable when no try came through.
        """
        conflicts = Retrying(
            retry=retry_if_exception_type(CONFLICTS),
            stop=stop_after_delay(CONFLICT_SECONDS),
            wait=wait_random_exponential(multiplier=0.002, max=0.1),
        )
        breaks = Retrying(retry=retry_if_exception(_is_break), stop=stop_after_attempt(CONNECTION_TRIES))
        try:
            done: Result = conflicts(breaks, self._once, work)
        except RetryError as error:
            raise LedgerUnavailable(f"the ledger took no transaction: {type(_cause(error)).__name__}") from error
        return done

    def close(self) -> None:
        """Close the connection; the next transaction opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, work: Callable[[LedgerConnection], Result]) -> Result:
        connection = self._open()
        try:
            with connection.transaction():
                return work(connection)
        except CONFLICTS:
            raise
        except errors.OperationalError:
            self.close()
            raise

    def _open(self) -> LedgerConnection:
        if self._clock() - self._opened_at > MAXIMUM_AGE_SECONDS:
            self.close()
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
            self._opened_at = self._clock()
        return self._connection


def _is_break(error: BaseException) -> bool:
    return isinstance(error, errors.OperationalError) and not isinstance(error, CONFLICTS)


def _cause(error: RetryError) -> BaseException | None:
    cause = error.last_attempt.exception()
    return _cause(cause) if isinstance(cause, RetryError) else cause


def open_connection(**parameters: str) -> LedgerConnection:
    """A connection in autocommit, so that only `run` begins transactions. Parameters are libpq's.

    Raises psycopg's OperationalError, and WrongIsolation for a database that is no DSQL and not set up like one.
    """
    conninfo = make_conninfo("", connect_timeout=CONNECT_SECONDS, **parameters)
    connection = psycopg.connect(conninfo, autocommit=True)
    row = connection.execute(ISOLATION).fetchone()
    if row != (ISOLATION_LEVEL,):
        connection.close()
        raise WrongIsolation(f"the ledger's database must default to {ISOLATION_LEVEL}")
    return connection


def function_database(settings: LedgerSettings) -> LedgerDatabase:
    """The database as a function uses it: each connection has a token of its own."""

    def connect() -> LedgerConnection:
        return open_connection(
            host=settings.endpoint,
            dbname=settings.database,
            user=settings.user,
            password=ledger_password(settings.region, settings.function, settings.endpoint),
            sslmode=settings.sslmode,
            sslrootcert=_authorities(),
            application_name=f"twinrail/{settings.function}",
        )

    return LedgerDatabase(connect)


@functools.cache
def _authorities() -> str:
    # Amazon's certificate authorities are in the bundle that every AWS call of the process is checked against.
    return str(Path(botocore.__file__).with_name("cacert.pem"))
