"""The ledger's own PostgreSQL, for the checker's reading of it."""

from __future__ import annotations

from tests.unit.ledger.conftest import books, postgres

__all__ = ["books", "postgres"]
