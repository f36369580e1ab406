"""The whole of it: schema, user, participants. Each part may be repeated at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.migrate.participants import open_accounts
from tools.migrate.schema import upgrade
from tools.migrate.users import make_observer, make_user

if TYPE_CHECKING:
    import psycopg

    from tools.migrate.plan import LedgerPlan


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done: how many accounts the plan names, how many IAM roles may sign on."""

    accounts: int
    roles: int


def migrate(connection: psycopg.Connection[tuple[object, ...]], plan: LedgerPlan, *, sign_on_by_iam: bool) -> Migrated:
    """Bring a database to what the plan says; `sign_on_by_iam` for Aurora DSQL, which knows IAM roles.

    Raises psycopg's errors, and CapInUse.
    """
    role_arns = plan.role_arns if sign_on_by_iam else ()
    observer_role_arns = plan.observer_role_arns if sign_on_by_iam else ()
    upgrade(connection)
    make_user(connection, plan.user, role_arns)
    make_observer(connection, plan.observer, observer_role_arns)
    return Migrated(open_accounts(connection, plan.caps_minor), len(role_arns) + len(observer_role_arns))
