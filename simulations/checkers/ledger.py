"""What the ledger says of each transaction, by SQL of the checker's own."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from simulations.checkers.statuses import Reserved

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import psycopg

Row: TypeAlias = "tuple[object, ...]"
_Grouped: TypeAlias = "Mapping[str, list[Row]]"

# `%(ids)s::text[] IS NULL`: one statement for all transactions and for some.
_OF_THESE = "(%(ids)s::text[] IS NULL OR {column} = ANY(%(ids)s::text[]))"
_RESERVATIONS = "SELECT transaction_id, state FROM ledger.reservations WHERE "
_TRANSFERS = """
SELECT transaction_id, position, debtor, creditor, currency, amount_minor, identities
FROM ledger.transfers WHERE """
_POSTINGS = """
SELECT transaction_id, position, side, participant, currency, amount_minor FROM ledger.postings WHERE """
_IDENTITIES = "SELECT transaction_id, identity FROM ledger.payment_identities WHERE "
_CANCELLATIONS = """
SELECT c.transaction_id, c.requested_by, r.state,
    (SELECT count(*) FROM ledger.transfers AS t WHERE t.transaction_id = c.requested_by)
FROM ledger.cancellations AS c LEFT JOIN ledger.reservations AS r ON r.transaction_id = c.requested_by WHERE """
_RETURNS = """
SELECT b.transaction_id, b.position, o.debtor, o.creditor, o.currency, o.amount_minor, r.state
FROM ledger.returns AS b
LEFT JOIN ledger.transfers AS o ON o.transaction_id = b.original_transaction_id AND o.position = b.original_position
LEFT JOIN ledger.reservations AS r ON r.transaction_id = b.original_transaction_id WHERE """
_ASKED = "SELECT requested_by, transaction_id FROM ledger.cancellations WHERE "
_THERE = "SELECT to_regclass(%s) IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount from one participant to another."""

    debtor: str
    creditor: str
    currency: str
    amount_minor: int

    @property
    def reversed(self) -> Money:
        """The same the other way."""
        return Money(self.creditor, self.debtor, self.currency, self.amount_minor)


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a transfer in an account."""

    position: int
    side: str
    participant: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who asked for it: that request's own state in the ledger, None if it has none, and how many transfers it has."""

    requested_by: str
    request_state: Reserved | None
    request_transfers: int


@dataclass(frozen=True, slots=True)
class Return:
    """Which transfer of this transaction (`position`) gives back what `original` moved; None where that is missing."""

    position: int
    original: Money | None
    original_state: Reserved | None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """All that one transaction has in the ledger. transfers: by the payment's position in the message.

    borne, taken: the references that its transfers bear, and those that are kept from others on its behalf.
    cancelled: the transactions that were cancelled because it asked. None: the ledger knows no cancellations, or no
    returns, yet.
    """

    state: Reserved
    transfers: Mapping[int, Money]
    postings: frozenset[Posting] = frozenset()
    borne: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    cancellation: Cancellation | None = None
    cancelled: tuple[str, ...] | None = None
    returns: tuple[Return, ...] | None = None


class _Rows:
    """Rows by the transaction in their first column, of all transactions or of some."""

    def __init__(self, connection: psycopg.Connection[Row], only: Collection[str] | None) -> None:
        self._connection = connection
        self._ids = None if only is None else list(only)

    def by_transaction(self, statement: str, column: str = "transaction_id") -> _Grouped:
        text = (statement + _OF_THESE.format(column=column)).encode()
        found: dict[str, list[Row]] = defaultdict(list)
        for transaction_id, *rest in self._connection.execute(text, {"ids": self._ids}):
            found[str(transaction_id)].append(tuple(rest))
        return found

    def if_there(self, table: str, statement: str, column: str) -> _Grouped | None:
        there = self._connection.execute(_THERE, (table,)).fetchone()
        return self.by_transaction(statement, column) if there is not None and there[0] else None


def read_entries(
    connection: psycopg.Connection[tuple[object, ...]], *, only: Collection[str] | None = None
) -> dict[str, LedgerEntry]:
    """The entries of all transactions, or of these, as of one moment.

    The isolation level is the database's own, at which one transaction sees one state: DSQL knows no other.
    """
    with connection.transaction():
        rows = _Rows(connection, only)
        return dict(_entries(rows))


@dataclass(frozen=True, slots=True)
class _Tables:
    """Each table's rows by transaction; None where there is no such table yet."""

    transfers: _Grouped
    postings: _Grouped
    identities: _Grouped
    cancellations: _Grouped | None
    asked: _Grouped | None
    returns: _Grouped | None


def _entries(rows: _Rows) -> Iterator[tuple[str, LedgerEntry]]:
    tables = _Tables(
        rows.by_transaction(_TRANSFERS),
        rows.by_transaction(_POSTINGS),
        rows.by_transaction(_IDENTITIES),
        rows.if_there("ledger.cancellations", _CANCELLATIONS, "c.transaction_id"),
        rows.if_there("ledger.cancellations", _ASKED, "requested_by"),
        rows.if_there("ledger.returns", _RETURNS, "b.transaction_id"),
    )
    for transaction_id, [(state,)] in rows.by_transaction(_RESERVATIONS).items():
        yield transaction_id, _entry(Reserved(str(state)), transaction_id, tables)


def _entry(state: Reserved, transaction_id: str, tables: _Tables) -> LedgerEntry:
    transfers = tables.transfers.get(transaction_id, [])
    return LedgerEntry(
        state=state,
        transfers={_number(position): _money(money) for position, *money, _ in transfers},
        postings=frozenset(_posting(row) for row in tables.postings.get(transaction_id, [])),
        borne=frozenset(identity for *_, identities in transfers for identity in _references(identities)),
        taken=frozenset(str(identity) for (identity,) in tables.identities.get(transaction_id, [])),
        cancellation=_cancellation(tables.cancellations, transaction_id),
        cancelled=None
        if tables.asked is None
        else tuple(str(each) for (each,) in tables.asked.get(transaction_id, [])),
        returns=None if tables.returns is None else tuple(map(_return, tables.returns.get(transaction_id, []))),
    )


def _references(identities: object) -> list[str]:
    """The references of a transfer that payments may share. That it gives another one back, `ledger.returns` says."""
    return [str(identity) for identity in json.loads(str(identities)) if not str(identity).startswith('["return",')]


def _money(columns: Sequence[object]) -> Money:
    debtor, creditor, currency, amount_minor = columns
    return Money(str(debtor), str(creditor), str(currency), _number(amount_minor))


def _posting(row: Row) -> Posting:
    position, side, participant, currency, amount_minor = row
    return Posting(_number(position), str(side), str(participant), str(currency), _number(amount_minor))


def _cancellation(cancellations: _Grouped | None, transaction_id: str) -> Cancellation | None:
    for requested_by, state, transfers in (cancellations or {}).get(transaction_id, []):
        return Cancellation(str(requested_by), _state(state), _number(transfers))
    return None


def _return(row: Row) -> Return:
    position, *original, state = row
    return Return(_number(position), None if original[0] is None else _money(original), _state(state))


def _state(value: object) -> Reserved | None:
    return None if value is None else Reserved(str(value))


def _number(value: object) -> int:
    return int(str(value))
