"""The ledger of the embedded cloud: its schema and participants, by the same migration that AWS gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from simulations.cloud.errors import EmulatorError
from simulations.cloud.postgres import ADMIN, ledger_parameters
from tools.migrate.migrate import migrate
from tools.migrate.participants import CapInUse
from tools.migrate.plan import PlanError, read_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulations.cloud.graph import StackGraph

EXPORT = "ledger"


def migrate_ledger(graphs: Iterable[StackGraph], port: int) -> None:
    """Bring the database to what the stack says that exports a ledger; nothing where none does.

    Raises EmulatorError.
    """
    plans = [graph.exports[EXPORT] for graph in graphs if EXPORT in graph.exports]
    for exported in plans:
        try:
            plan = read_plan(json.dumps(exported))
            with psycopg.connect(make_conninfo("", **ledger_parameters(port, ADMIN)), autocommit=True) as connection:
                migrate(connection, plan, sign_on_by_iam=False)
        except (PlanError, CapInUse, psycopg.Error) as error:
            raise EmulatorError(f"the ledger's database could not be brought up to date: {error}") from error
