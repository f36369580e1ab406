"""The ledger in Aurora DSQL, or in a PostgreSQL that is set up like it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.rows import class_row, scalar_row

from lambdas.adapters import ledger_originals
from lambdas.adapters import ledger_sql as sql
from lambdas.adapters.ledger_cancelling import cancel, cancellation
from lambdas.adapters.ledger_connection import function_database
from lambdas.adapters.ledger_rows import transfer_of
from lambdas.core.ledger.accounts import Account, AccountKey, participant_of
from lambdas.core.ledger.audit import LedgerBooks
from lambdas.core.ledger.decisions import (
    Allocation,
    Decision,
    Transfer,
    allocate,
    decisions_text,
    read_decisions,
    totals_by_account,
)
from lambdas.core.ledger.returns import completed, returned_payment, reversals
from lambdas.core.ledger.transfer import NOTHING_WILL_MOVE, TransferState, require_transfer
from lambdas.service.ports import NothingReserved

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from lambdas.adapters.environment import LedgerSettings
    from lambdas.adapters.ledger_connection import LedgerConnection, LedgerDatabase
    from lambdas.core.ledger.cancellations import Cancellation, CancellationDecision
    from lambdas.core.ledger.orders import CancellationOrder, ReturnOrder, TransferOrder

DEBIT, CREDIT = "debit", "credit"


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """Each method is one ACID transaction, or two where it comes too late and must see how."""

    database: LedgerDatabase

    def reserve(self, transaction_id: str, orders: Sequence[TransferOrder]) -> tuple[Decision, ...] | None:
        """See the port."""
        return self.database.run(
            lambda connection: _reserve(connection, transaction_id, lambda: _allocation(connection, orders))
        )

    def reserve_returns(self, transaction_id: str, orders: Sequence[ReturnOrder]) -> tuple[Decision, ...] | None:
        """See the port."""
        return self.database.run(
            lambda connection: _reserve(connection, transaction_id, lambda: _returns(connection, orders))
        )

    def post(self, transaction_id: str) -> TransferState:
        """See the port."""
        state = self.database.run(lambda connection: _end(connection, transaction_id, TransferState.POSTED))
        if state is None:
            raise NothingReserved("a transaction is to be posted of which the ledger knows nothing")
        return state

    def void(self, transaction_id: str) -> TransferState:
        """See the port."""
        return self.database.run(lambda connection: _void(connection, transaction_id))

    def bearers(self, identities: Collection[str]) -> frozenset[str]:
        """See the port."""
        return self.database.run(lambda connection: ledger_originals.bearers(connection, identities))

    def cancel(
        self, transaction_id: str, orders: Sequence[CancellationOrder], permitted: Collection[str]
    ) -> tuple[CancellationDecision, ...] | None:
        """See the port."""
        return self.database.run(lambda connection: cancel(connection, transaction_id, orders, permitted))

    def cancellation(self, transaction_id: str) -> Cancellation | None:
        """See the port."""
        return self.database.run(lambda connection: cancellation(connection, transaction_id))

    def answer(self) -> None:
        """Give a sign of life, or raise LedgerUnavailable; needs no right to anything."""
        self.database.run(lambda connection: connection.execute(sql.ANSWER))

    def books(self) -> LedgerBooks:
        """Everything that the rules of the whole ledger speak of, as of one moment."""
        return self.database.run(_books)


def function_ledger(settings: LedgerSettings) -> SqlLedger:
    """The ledger as a function uses it: signed on as its own role."""
    return SqlLedger(function_database(settings))


def _reserve(
    connection: LedgerConnection, transaction_id: str, allocation_of: Callable[[], Allocation]
) -> tuple[Decision, ...] | None:
    recorded = connection.execute(sql.RESERVATION, (transaction_id,)).fetchone()
    if recorded is not None:
        return None if TransferState(str(recorded[0])) in NOTHING_WILL_MOVE else read_decisions(str(recorded[1]))
    allocation = allocation_of()
    text = decisions_text(allocation.decisions)
    connection.execute(sql.ADD_RESERVATION, (transaction_id, TransferState.RESERVED, text))
    _hold(connection, transaction_id, allocation)
    return allocation.decisions


def _allocation(connection: LedgerConnection, orders: Sequence[TransferOrder]) -> Allocation:
    return allocate(orders, accounts=_accounts(connection, orders), taken=_taken(connection, orders))


def _returns(connection: LedgerConnection, orders: Sequence[ReturnOrder]) -> Allocation:
    known = ledger_originals.bearers(connection, (identity for order in orders for identity in order.identities))
    reversed_ = reversals(orders, ledger_originals.originals(connection, known))
    # What is returned is not among the references of payments: `reversals` has seen to it.
    allocation = allocate(reversed_.orders, accounts=_accounts(connection, reversed_.orders), taken=())
    return completed(allocation, reversed_.refused)


def _accounts(connection: LedgerConnection, orders: Iterable[TransferOrder]) -> dict[AccountKey, Account]:
    agents = {agent for order in orders for agent in (order.debtor_agent, order.creditor_agent) if agent is not None}
    named = sorted({participant_of(agent) for agent in agents})
    with connection.cursor(row_factory=class_row(Account)) as cursor:
        return {account.key: account for account in cursor.execute(sql.ACCOUNTS, (named,))}


def _taken(connection: LedgerConnection, orders: Iterable[TransferOrder]) -> frozenset[str]:
    identities = sorted({identity for order in orders for identity in order.identities})
    with connection.cursor(row_factory=scalar_row) as cursor:
        return frozenset(cursor.execute(sql.TAKEN, (identities,)))


def _hold(connection: LedgerConnection, transaction_id: str, allocation: Allocation) -> None:
    # Everywhere the same order (reservation, identities, accounts; each sorted): transactions that wait for each other
    # do so in no circle. Accounts last: they are what others wait for, until this transaction is through.
    identities = sorted(_references(allocation.transfers))
    if identities:
        connection.execute(sql.ADD_IDENTITIES, (transaction_id, identities))
    ledger_originals.add_returns(connection, transaction_id, allocation.transfers)
    if allocation.transfers:
        connection.execute(sql.ADD_TRANSFERS, (transaction_id, *_columns(allocation.transfers)))
    held = totals_by_account((each.debtor_account, each.amount_minor) for each in allocation.transfers)
    for (participant, currency), amount_minor in held.items():
        connection.execute(sql.HOLD, (amount_minor, participant, currency))


def _columns(transfers: Sequence[Transfer]) -> tuple[list[int] | list[str], ...]:
    return (
        [each.position for each in transfers],
        [each.debtor for each in transfers],
        [each.creditor for each in transfers],
        [each.currency for each in transfers],
        [each.amount_minor for each in transfers],
        [json.dumps(each.identities, ensure_ascii=False) for each in transfers],
    )


def _end(connection: LedgerConnection, transaction_id: str, ending: TransferState) -> TransferState | None:
    """Bring the reserved transfers to their end; which end they have come to, None if there is no reservation."""
    require_transfer(TransferState.RESERVED, ending)
    if not connection.execute(sql.END, (ending, transaction_id)).rowcount:
        recorded = connection.execute(sql.RESERVATION, (transaction_id,)).fetchone()
        return None if recorded is None else TransferState(str(recorded[0]))
    transfers = _transfers(connection, transaction_id)
    moved = _moved(transfers) if ending is TransferState.POSTED else []
    if moved:
        _add_postings(connection, transaction_id, moved)
    else:
        connection.execute(sql.FREE_IDENTITIES, (transaction_id, sorted(_references(transfers))))
        ledger_originals.free_returns(
            connection, transaction_id, (identity for each in transfers for identity in each.identities)
        )
    balances = totals_by_account((account, amount_minor) for account, _, _, amount_minor in moved)
    freed = totals_by_account((each.debtor_account, each.amount_minor) for each in transfers)
    for account in sorted(balances.keys() | freed.keys()):
        connection.execute(sql.SETTLE, (balances.get(account, 0), freed.get(account, 0), *account))
    return ending


def _void(connection: LedgerConnection, transaction_id: str) -> TransferState:
    ended = _end(connection, transaction_id, TransferState.VOIDED)
    if ended is None:
        # Nothing was reserved, and nothing shall be: a message that is processed later finds this.
        connection.execute(sql.ADD_RESERVATION, (transaction_id, TransferState.VOIDED, decisions_text(())))
        return TransferState.VOIDED
    return ended


def _transfers(connection: LedgerConnection, transaction_id: str) -> list[Transfer]:
    rows = connection.execute(sql.TRANSFERS, (transaction_id,)).fetchall()
    return [transfer_of(*row) for row in rows]


def _references(transfers: Iterable[Transfer]) -> set[str]:
    """Of the payments themselves; that a payment returns another, another table says."""
    return {identity for each in transfers for identity in each.identities if returned_payment(identity) is None}


def _moved(transfers: Sequence[Transfer]) -> list[tuple[AccountKey, int, str, int]]:
    """Both sides of each transfer: account, position, side, signed amount."""
    debits = [(each.debtor_account, each.position, DEBIT, -each.amount_minor) for each in transfers]
    return debits + [(each.creditor_account, each.position, CREDIT, each.amount_minor) for each in transfers]


def _add_postings(
    connection: LedgerConnection, transaction_id: str, moved: Sequence[tuple[AccountKey, int, str, int]]
) -> None:
    columns = (
        [participant for (participant, _), _, _, _ in moved],
        [currency for (_, currency), _, _, _ in moved],
        [position for _, position, _, _ in moved],
        [side for _, _, side, _ in moved],
        [amount_minor for _, _, _, amount_minor in moved],
    )
    connection.execute(sql.ADD_POSTINGS, (transaction_id, *columns))


def _books(connection: LedgerConnection) -> LedgerBooks:
    with connection.cursor(row_factory=class_row(Account)) as cursor:
        accounts = cursor.execute(sql.ALL_ACCOUNTS).fetchall()
    return LedgerBooks(accounts, _sums(connection, sql.POSTED), _sums(connection, sql.OPEN))


def _sums(connection: LedgerConnection, statement: str) -> dict[AccountKey, int]:
    rows = connection.execute(statement.encode()).fetchall()
    return {(str(participant), str(currency)): int(str(total)) for participant, currency, total in rows}
