"""The trail of an environment's account: kept in its first Region, of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.security.operator_grants import Operator
from components.security.trail import Trail, TrailArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names
    from components.security.operators import Operators
    from components.security.vault import Vault
    from stacks.settings import Settings


def keep_trail(
    settings: Settings, names: Names, providers: Mapping[str, aws.Provider], operators: Operators, vault: Vault
) -> Trail:
    """One trail: should its Region be away, the other one's calls are kept once it is back (CloudTrail holds them)."""
    home = settings.regions[0]
    tables = (*vault.tokens.arns.values(), *vault.subjects.arns.values())
    args = TrailArgs(
        names=names,
        region=home,
        watched_tables=tables,
        reader_role_arns=(operators.role_arns[Operator.AUDIT],),
        retention_days=settings.payloads.retention_days,
        lock_mode=settings.payloads.lock_mode,
        lock_days=settings.payloads.lock_days,
        protect=settings.deletion_protection,
    )
    return Trail("trail", args, pulumi.ResourceOptions(provider=providers[home]))
