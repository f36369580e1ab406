"""Which transactions were cancelled, and which payments were returned, by which transfers.

Both answer with their primary key alone: a transaction is cancelled once, a payment is returned once.
"""

from alembic import op

revision = "0002"
down_revision: str | None = "0001"

STATEMENTS = (
    # Beside the reservation, whose state is `voided`: a cancelled payment moves nothing, as a voided one.
    """
    CREATE TABLE IF NOT EXISTS ledger.cancellations (
        transaction_id varchar(64) NOT NULL,
        requested_by varchar(64) NOT NULL,
        cancelled_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (transaction_id)
    )
    """,
    # A row for as long as a transfer returns the payment, or holds the funds for doing so.
    """
    CREATE TABLE IF NOT EXISTS ledger.returns (
        original_transaction_id varchar(64) NOT NULL,
        original_position integer NOT NULL,
        transaction_id varchar(64) NOT NULL,
        position integer NOT NULL,
        PRIMARY KEY (original_transaction_id, original_position)
    )
    """,
)


def upgrade() -> None:
    """One statement, one transaction."""
    for statement in STATEMENTS:
        op.execute(statement)
