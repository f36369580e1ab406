"""The ledger's database, and what a deployment says of it: to the functions, and to the migration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from components.payment.message_path import FunctionName

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.blocks.role import ExecutionRole
    from components.blocks.sql_cluster import SqlClusterPair

SslMode = Literal["disable", "require", "verify-full"]

DATABASE = "postgres"
"""The one database that an Aurora DSQL cluster has."""
USER = "twinrail_ledger"
"""The database's user that the functions are. `tools.migrate` makes it, and lets their roles sign on as it."""
OBSERVER_USER = "twinrail_observer"
"""One that may sign on and nothing else."""
BOOKKEEPERS = (FunctionName.PROCESSING, FunctionName.RELEASING, FunctionName.TIMEOUT, FunctionName.RECOVER)
"""Who reserves, posts and voids."""
OBSERVER = FunctionName.HEALTH
"""Who asks whether the ledger answers. Anyone may make it do so: it has no right to anything that is in there."""
MAXIMUM_CAP_MINOR = 10**16
"""So that no balance, the sum of other participants' debts, passes 64 bits."""
PARTICIPANTS_LIMIT = 900


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """`participants`: BIC without branch (8 characters) to currency to net debit cap in minor units.

    The cap is what a participant may owe at most, reservations counted; with zero it pays only from what it received.
    `sslmode` is libpq's.
    """

    sslmode: SslMode
    participants: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class LedgerAccess:
    """How a Region's functions find the ledger."""

    endpoint: pulumi.Input[str]
    sslmode: SslMode

    def variables(self, function: FunctionName) -> dict[str, pulumi.Input[str]]:
        """What a function is told."""
        return {
            "LEDGER_ENDPOINT": self.endpoint,
            "LEDGER_DATABASE": DATABASE,
            "LEDGER_USER": OBSERVER_USER if function is OBSERVER else USER,
            "LEDGER_SSLMODE": self.sslmode,
        }


def migration_plan(
    clusters: SqlClusterPair,
    roles: Mapping[str, Mapping[str, ExecutionRole]],
    participants: Mapping[str, Mapping[str, int]],
) -> dict[str, object]:
    """What `tools.migrate` reads: exported by the foundation."""
    return {
        "endpoints": clusters.endpoints,
        "database": DATABASE,
        "user": USER,
        "role_arns": [by_function[function].arn for by_function in roles.values() for function in BOOKKEEPERS],
        "observer": OBSERVER_USER,
        "observer_role_arns": [by_function[OBSERVER].arn for by_function in roles.values()],
        "participants": {bic: dict(caps) for bic, caps in participants.items()},
    }
