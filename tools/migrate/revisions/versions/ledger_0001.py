"""Accounts, transfers in two phases, postings.

Money is in minor units. No foreign keys, sequences or triggers: Aurora DSQL has none; what they would hold, the
ledger's transactions and `twinrail`'s checks hold. Every index is that of a primary key, which DSQL builds with the
table: an index of its own would have to be made ASYNC there. IF NOT EXISTS, because each statement commits by itself:
a migration that was interrupted starts again.
"""

from alembic import op

revision = "0001"
down_revision: str | None = None

STATEMENTS = (
    "CREATE SCHEMA IF NOT EXISTS ledger",
    # The last check is the net debit cap: reservations count as paid.
    """
    CREATE TABLE IF NOT EXISTS ledger.accounts (
        participant varchar(8) NOT NULL,
        currency varchar(3) NOT NULL,
        net_debit_cap_minor bigint NOT NULL,
        balance_minor bigint NOT NULL DEFAULT 0,
        reserved_minor bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (participant, currency),
        CHECK (net_debit_cap_minor >= 0),
        CHECK (reserved_minor >= 0),
        CHECK (balance_minor - reserved_minor >= -net_debit_cap_minor)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS ledger.reservations (
        transaction_id varchar(64) NOT NULL,
        state varchar(8) NOT NULL,
        decisions text NOT NULL,
        reserved_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        ended_at timestamptz,
        PRIMARY KEY (transaction_id),
        CHECK (state IN ('reserved', 'posted', 'voided'))
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS ledger.transfers (
        transaction_id varchar(64) NOT NULL,
        position integer NOT NULL,
        debtor varchar(8) NOT NULL,
        creditor varchar(8) NOT NULL,
        currency varchar(3) NOT NULL,
        amount_minor bigint NOT NULL,
        identities text NOT NULL,
        PRIMARY KEY (transaction_id, position),
        CHECK (amount_minor > 0)
    )
    """,
    # A reference that a payment bears, for as long as the payment holds or has moved money.
    """
    CREATE TABLE IF NOT EXISTS ledger.payment_identities (
        identity varchar(512) NOT NULL,
        transaction_id varchar(64) NOT NULL,
        PRIMARY KEY (identity)
    )
    """,
    # By account first: an account's statement is one range of the key.
    """
    CREATE TABLE IF NOT EXISTS ledger.postings (
        participant varchar(8) NOT NULL,
        currency varchar(3) NOT NULL,
        transaction_id varchar(64) NOT NULL,
        position integer NOT NULL,
        side varchar(6) NOT NULL,
        amount_minor bigint NOT NULL,
        posted_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (participant, currency, transaction_id, position, side),
        CHECK ((side = 'debit' AND amount_minor < 0) OR (side = 'credit' AND amount_minor > 0))
    )
    """,
)


def upgrade() -> None:
    """One statement, one transaction."""
    for statement in STATEMENTS:
        op.execute(statement)
