"""Operators' identities of an environment, before and after what they may reach is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.security.operator_grants import OperatorReach
from components.security.operators import Operators, OperatorsArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names
    from components.payment.stores import PaymentStores
    from components.security.audit_stores import AuditStores
    from stacks.settings import Settings


def build_operators(settings: Settings, names: Names, providers: Mapping[str, aws.Provider]) -> Operators:
    """Pools and roles, which may do nothing yet."""
    opts = pulumi.ResourceOptions(provider=providers[settings.regions[0]])
    return Operators(
        "operators", OperatorsArgs(names, providers, settings.operators, settings.deletion_protection), opts
    )


def grant_operators(
    settings: Settings,
    names: Names,
    operators: Operators,
    *,
    stores: PaymentStores,
    audit: AuditStores,
    switch_plan_arn: pulumi.Output[str] | None,
) -> None:
    """Let the roles do what they are for."""
    operators.grant(
        OperatorReach(
            names=names,
            regions=settings.regions,
            transactions_arns=stores.table.arns,
            leadership_arns=stores.leadership.arns,
            audit_arns=audit.table.arns,
            audit_key_arns=audit.key.arns,
            heads_arns={chain: bucket.arn for chain, bucket in audit.heads.items()},
            key_arns=stores.key.arns,
            switch_plan_arn=switch_plan_arn,
            elevation=operators.elevation,
        )
    )
