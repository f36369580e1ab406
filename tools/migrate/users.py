"""The database's users, the functions: what they may do, and which IAM roles may be they."""

from collections.abc import Sequence

import psycopg

# Nothing of the ledger is ever changed or taken away but by these: postings and transfers only ever grow.
PRIVILEGES = {
    "accounts": "SELECT, UPDATE",
    "reservations": "SELECT, INSERT, UPDATE",
    "transfers": "SELECT, INSERT",
    "payment_identities": "SELECT, INSERT, DELETE",
    "postings": "SELECT, INSERT",
    "cancellations": "SELECT, INSERT",
    "returns": "SELECT, INSERT, DELETE",
}
KNOWN = "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = %s"


def grant_statements(user: str) -> tuple[str, ...]:
    """What the user may do; repeating them changes nothing."""
    usage = f'GRANT USAGE ON SCHEMA ledger TO "{user}"'
    return (usage, *(f'GRANT {what} ON ledger.{table} TO "{user}"' for table, what in PRIVILEGES.items()))


def sign_on_statement(user: str, role_arn: str) -> str:
    """An IAM role may connect as the user: Aurora DSQL's own statement, which PostgreSQL does not know."""
    return f"AWS IAM GRANT \"{user}\" TO '{role_arn}'"


def make_user(connection: psycopg.Connection[tuple[object, ...]], user: str, role_arns: Sequence[str]) -> None:
    """Make the user that keeps the books and grant it its part; the connection commits each statement by itself."""
    make_observer(connection, user, role_arns)
    for statement in grant_statements(user):
        connection.execute(statement.encode())


def make_observer(connection: psycopg.Connection[tuple[object, ...]], user: str, role_arns: Sequence[str]) -> None:
    """Make a user that may connect, and nothing else."""
    if connection.execute(KNOWN, (user,)).fetchone() is None:
        connection.execute(f'CREATE ROLE "{user}" WITH LOGIN'.encode())
    for arn in role_arns:
        connection.execute(sign_on_statement(user, arn).encode())
