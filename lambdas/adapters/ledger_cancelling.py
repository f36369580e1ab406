"""Cancelling in the ledger: a part of one transaction on a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.adapters import ledger_sql as sql
from lambdas.adapters.ledger_originals import bearers, originals
from lambdas.adapters.ledger_rows import moment
from lambdas.core.ledger.cancellations import (
    Cancellation,
    CancellationDecision,
    cancellation_text,
    cancelled_transactions,
    decide_cancellations,
    read_cancellation,
)
from lambdas.core.ledger.decisions import read_decisions, totals_by_account
from lambdas.core.ledger.transfer import NOTHING_WILL_MOVE, TransferState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lambdas.adapters.ledger_connection import LedgerConnection
    from lambdas.core.ledger.orders import CancellationOrder
    from lambdas.core.ledger.originals import Original


def cancellation(connection: LedgerConnection, transaction_id: str) -> Cancellation | None:
    """How a transaction was cancelled, None where it was not."""
    row = connection.execute(sql.CANCELLATION, (transaction_id,)).fetchone()
    if row is None:
        return None
    decisions, requested_by, at = row
    return Cancellation(read_decisions(str(decisions)), str(requested_by), moment(at))


def cancel(
    connection: LedgerConnection,
    transaction_id: str,
    orders: Sequence[CancellationOrder],
    permitted: Collection[str],
) -> tuple[CancellationDecision, ...] | None:
    """Cancel what can be cancelled; the same decisions at every repetition, None where the request itself is voided."""
    recorded = connection.execute(sql.RESERVATION, (transaction_id,)).fetchone()
    if recorded is not None:
        return None if TransferState(str(recorded[0])) in NOTHING_WILL_MOVE else read_cancellation(str(recorded[1]))
    known = bearers(connection, (identity for order in orders for identity in order.identities))
    payments = originals(connection, known & frozenset(permitted))
    decisions = decide_cancellations(orders, payments)
    cancelled = cancelled_transactions(decisions)
    _record(connection, transaction_id, decisions, decided=bool(cancelled))
    for each in cancelled:
        connection.execute(sql.ADD_CANCELLATION, (each, transaction_id))
        connection.execute(sql.END, (TransferState.VOIDED, each))
    _free_funds(connection, [each for each in payments if each.transaction_id in cancelled])
    return decisions


def _record(
    connection: LedgerConnection, transaction_id: str, decisions: Sequence[CancellationDecision], *, decided: bool
) -> None:
    text = cancellation_text(decisions)
    connection.execute(sql.ADD_RESERVATION, (transaction_id, TransferState.RESERVED, text))
    if decided:
        # What it asked for is done, and no deadline takes it back: the request's own fate is decided with it.
        connection.execute(sql.END, (TransferState.POSTED, transaction_id))


def _free_funds(connection: LedgerConnection, cancelled: Sequence[Original]) -> None:
    transfers = [each.transfer for each in cancelled]
    freed = totals_by_account((each.debtor_account, each.amount_minor) for each in transfers)
    for account, amount_minor in freed.items():
        connection.execute(sql.SETTLE, (0, amount_minor, *account))
