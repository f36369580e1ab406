"""Invariant I2 by SQL of its own: money is conserved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

# Each finds what must not be there, a row for each violation.
RULES = {
    "postings of a currency sum to zero": """
        SELECT currency, sum(amount_minor) FROM ledger.postings GROUP BY currency HAVING sum(amount_minor) <> 0""",
    "a balance is the sum of its postings": """
        SELECT a.participant, a.currency, a.balance_minor, coalesce(sum(p.amount_minor), 0)
        FROM ledger.accounts AS a LEFT JOIN ledger.postings AS p USING (participant, currency)
        GROUP BY a.participant, a.currency, a.balance_minor
        HAVING a.balance_minor <> coalesce(sum(p.amount_minor), 0)""",
    "what is reserved is the sum of open transfers": """
        SELECT a.participant, a.currency, a.reserved_minor, coalesce(o.total, 0)
        FROM ledger.accounts AS a LEFT JOIN (
            SELECT t.debtor, t.currency, sum(t.amount_minor) AS total
            FROM ledger.transfers AS t JOIN ledger.reservations AS r USING (transaction_id)
            WHERE r.state = 'reserved' GROUP BY t.debtor, t.currency
        ) AS o ON o.debtor = a.participant AND o.currency = a.currency
        WHERE a.reserved_minor <> coalesce(o.total, 0)""",
    "no account is below its cap": """
        SELECT participant, currency FROM ledger.accounts
        WHERE balance_minor - reserved_minor < -net_debit_cap_minor""",
    "a posted transfer has one debit and one credit, any other has none": """
        SELECT t.transaction_id, t.position FROM ledger.transfers AS t
        JOIN ledger.reservations AS r USING (transaction_id)
        LEFT JOIN ledger.postings AS p ON p.transaction_id = t.transaction_id AND p.position = t.position
        GROUP BY t.transaction_id, t.position, r.state, t.amount_minor
        HAVING count(p.side) <> CASE WHEN r.state = 'posted' THEN 2 ELSE 0 END
        OR sum(CASE WHEN p.side = 'credit' THEN p.amount_minor END) <> t.amount_minor""",
    "a posting belongs to a transfer": """
        SELECT p.transaction_id FROM ledger.postings AS p LEFT JOIN ledger.transfers AS t
        ON t.transaction_id = p.transaction_id AND t.position = p.position WHERE t.transaction_id IS NULL""",
    "a transfer belongs to a reservation": """
        SELECT t.transaction_id FROM ledger.transfers AS t LEFT JOIN ledger.reservations AS r USING (transaction_id)
        WHERE r.transaction_id IS NULL""",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold, and how many rows say so."""

    rule: str
    rows: int


def check_books(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[Violation, ...]:
    """Every rule that the books break; none when they are right. Seen as of one moment."""
    with connection.transaction():
        found = {rule: len(connection.execute(statement.encode()).fetchall()) for rule, statement in RULES.items()}
    return tuple(Violation(rule, rows) for rule, rows in found.items() if rows)
