"""Bringing the schema to its last revision, by Alembic."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

REVISIONS = Path(__file__).with_name("revisions")


def upgrade(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Run what has not run yet. The connection must be in autocommit: each statement is a transaction."""
    if not connection.autocommit:
        raise ValueError("expected a connection in autocommit: Aurora DSQL takes one DDL statement in a transaction")
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connection,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        use_native_hstore=False,
    )
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.set_main_option("path_separator", "os")
    with engine.connect() as opened:
        config.attributes["connection"] = opened
        command.upgrade(config, "head")
