"""Payments that a later message is about, in the ledger: each a part of one transaction on a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.rows import scalar_row

from lambdas.adapters import ledger_sql as sql
from lambdas.adapters.ledger_rows import transfer_of
from lambdas.core.ledger.originals import Original
from lambdas.core.ledger.returns import returned_payment
from lambdas.core.ledger.transfer import TransferState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lambdas.adapters.ledger_connection import LedgerConnection
    from lambdas.core.ledger.decisions import Transfer


def bearers(connection: LedgerConnection, identities: Iterable[str]) -> frozenset[str]:
    """The transactions whose payments bear these references."""
    wanted = sorted(set(identities))
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(sql.BEARERS, (wanted,)))


def originals(connection: LedgerConnection, transaction_ids: Collection[str]) -> list[Original]:
    """Every payment that these transactions reserved."""
    rows = connection.execute(sql.ORIGINALS, (sorted(transaction_ids),)).fetchall()
    return [
        Original(str(transaction_id), transfer_of(*columns), TransferState(str(state)), bool(returned))
        for *columns, transaction_id, state, returned in rows
    ]


def add_returns(connection: LedgerConnection, transaction_id: str, transfers: Sequence[Transfer]) -> None:
    """Record which payments these transfers return."""
    returned = [
        (*payment, each.position)
        for each in transfers
        for payment in map(returned_payment, each.identities)
        if payment is not None
    ]
    if returned:
        columns = [list(column) for column in zip(*sorted(returned), strict=True)]
        connection.execute(sql.ADD_RETURNS, (transaction_id, *columns))


def free_returns(connection: LedgerConnection, transaction_id: str, identities: Iterable[str]) -> None:
    """The payments that these references say are returned may be returned by another."""
    freed = {payment[0] for payment in map(returned_payment, identities) if payment is not None}
    if freed:
        connection.execute(sql.FREE_RETURNS, (sorted(freed), transaction_id))
