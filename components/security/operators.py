"""Operators' identities: the roles that people take on, by the group that their Region's user pool has them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Federated
from components.security.elevation import ElevationArgs, ElevationRequest
from components.security.operator_grants import Elevation, Operator, grants
from components.security.operator_pool import OperatorPool, OperatorPoolArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names
    from components.security.operator_grants import OperatorReach
    from components.security.operator_pool import OperatorSettings

NOBODY = "nobody"
"""The role of who is in no group: it may do nothing."""
PRECEDENCE = (Operator.ADMINISTRATION, Operator.APPROVAL, Operator.AUDIT, Operator.SUPPORT)
"""Which of several groups counts (the first): who was made an administrator is one."""
BROKER = "cognito-identity.amazonaws.com"
SESSION_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class OperatorsArgs:
    """`providers` has one provider per Region."""

    names: Names
    providers: Mapping[str, aws.Provider]
    settings: OperatorSettings
    deletion_protection: bool


class Operators(pulumi.ComponentResource):
    """A user pool and an identity pool in each Region, and the account's roles for what comes from there.

    They live with what spans Regions, so that keys can name the roles. `grant` follows when it is known of what.
    """

    role_arns: Mapping[Operator, pulumi.Output[str]]

    def __init__(self, name: str, args: OperatorsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Operators", name, None, opts)
        self._args = args
        self._pools = {region: self._pool(region) for region in args.providers}
        self._roles = {operator: self._role(operator.value) for operator in Operator}
        nobody = self._role(NOBODY)
        for region, pool in self._pools.items():
            self._map(region, pool, nobody)
        self.role_arns = {operator: role.arn for operator, role in self._roles.items()}
        self.elevation = {region: self._elevation(region, pool) for region, pool in self._pools.items()}
        self.register_outputs({})

    def grant(self, reach: OperatorReach) -> None:
        """Let each role do what it is for."""
        for operator, role in self._roles.items():
            aws.iam.RolePolicy(
                f"operator-{operator}",
                name="grants",
                role=role.name,
                policy=policy_document(grants(operator, reach)),
                opts=pulumi.ResourceOptions(parent=self),
            )

    def exports(self) -> dict[str, object]:
        """Where operators sign in, by Region."""
        return {
            region: {
                "user_pool_id": pool.user_pool_id,
                "client_id": pool.client_id,
                "identity_pool_id": pool.identity_pool_id,
            }
            for region, pool in self._pools.items()
        }

    def _pool(self, region: str) -> OperatorPool:
        return OperatorPool(
            f"operators-{region}",
            OperatorPoolArgs(
                self._args.names, region, self._args.settings.callback_urls, self._args.deletion_protection
            ),
            self._in(region),
        )

    def _role(self, user: str) -> aws.iam.Role:
        """Only who has signed in to one of the pools, and only through its identity pool, takes a role on."""
        pools = tuple(pool.identity_pool_id for pool in self._pools.values())
        trust = Statement(
            sid="SignedIn",
            effect="Allow",
            actions=("sts:AssumeRoleWithWebIdentity",),
            principals=(Federated(BROKER),),
            conditions=(
                Condition("StringEquals", f"{BROKER}:aud", pools),
                Condition("ForAnyValue:StringEquals", f"{BROKER}:amr", ("authenticated",)),
            ),
        )
        return aws.iam.Role(
            f"operator-{user}",
            name=self._args.names.regional(f"operator-{user}"),
            description=f"What operators of {user} may do" if user != NOBODY else "Who is in no group may do nothing",
            assume_role_policy=policy_document([trust]),
            max_session_duration=SESSION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _map(self, region: str, pool: OperatorPool, nobody: aws.iam.Role) -> None:
        for precedence, operator in enumerate(PRECEDENCE):
            aws.cognito.UserGroup(
                f"{operator}-{region}",
                name=operator.value,
                user_pool_id=pool.user_pool_id,
                precedence=precedence,
                role_arn=self._roles[operator].arn,
                opts=self._in(region),
            )
        mapping = aws.cognito.IdentityPoolRoleAttachmentRoleMappingArgs(
            identity_provider=pulumi.Output.concat(pool.provider, ":", pool.client_id),
            type="Token",
            ambiguous_role_resolution="Deny",
        )
        aws.cognito.IdentityPoolRoleAttachment(
            f"operators-{region}",
            identity_pool_id=pool.identity_pool_id,
            roles={"authenticated": nobody.arn},
            role_mappings=[mapping],
            opts=self._in(region),
        )

    def _elevation(self, region: str, pool: OperatorPool) -> Elevation:
        request = ElevationRequest(
            f"elevation-{region}",
            ElevationArgs(
                names=self._args.names,
                region=region,
                user_pool_id=pool.user_pool_id,
                user_pool_arn=pool.user_pool_arn,
                approver_role_arn=self._roles[Operator.APPROVAL].arn,
                group=Operator.ADMINISTRATION.value,
                hold_minutes=self._args.settings.hold_minutes,
            ),
            self._in(region),
        )
        return Elevation(request.definition_arn, request.role_arn)

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])
