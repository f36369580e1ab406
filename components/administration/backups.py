"""Copies of what holds state, in both Regions, which nobody can delete before their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement_parts import hosts

if TYPE_CHECKING:
    from components.blocks.naming import Names

MANAGED = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor"
"""AWS's own policies for the service: what it calls to back up each kind of resource is AWS's to know."""
PURPOSES = ("Backup", "Restores")
DAILY = "cron(30 1 * * ? *)"
START_MINUTES, COMPLETION_MINUTES = 60, 360
GRACE_DAYS = 3
"""The least that AWS takes: for so long a lock can be taken back, then never."""
VAULT = "backups"


@dataclass(frozen=True, slots=True)
class BackupsArgs:
    """`resource_arns`: what is copied. `days`: how long a copy is kept, here and in the opposite Region.

    `immutable`: nobody can delete a copy or loosen the lock, AWS included, once GRACE_DAYS are over; otherwise who has
    the right to can.
    """

    names: Names
    region: str
    opposite: str
    resource_arns: tuple[pulumi.Input[str], ...]
    days: int
    immutable: bool
    protect: bool


class Backups(pulumi.ComponentResource):
    """A vault under its own key, a lock on it, and a plan that fills it nightly and copies to the other Region.

    Global tables protect from the loss of a Region, not from a wrong write: that is in both Regions at once.
    """

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:Backups", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = args.names.account_id
        services = hosts(("backup", "dynamodb"), args.region)
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=args.names.key_alias(name),
                description="Backups",
                statements=(administration(account), use_by_account_through("Backups", account, services)),
                protect=args.protect,
            ),
            child,
        )
        vault_name = args.names.regional(VAULT)
        vault = aws.backup.Vault(
            name,
            name=vault_name,
            kms_key_arn=key.arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.backup.VaultLockConfiguration(
            name,
            backup_vault_name=vault.name,
            min_retention_days=1,
            max_retention_days=args.days,
            changeable_for_days=GRACE_DAYS if args.immutable else None,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self._plan(name, args, vault)
        self.register_outputs({"vaultArn": vault.arn})

    def _plan(self, name: str, args: BackupsArgs, vault: aws.backup.Vault) -> None:
        child = pulumi.ResourceOptions(parent=self)
        opposite = arn("backup", args.opposite, args.names.account_id, f"backup-vault:{args.names.regional(VAULT)}")
        plan = aws.backup.Plan(
            name,
            name=args.names.regional(name),
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="nightly",
                    target_vault_name=vault.name,
                    schedule=DAILY,
                    schedule_expression_timezone="UTC",
                    start_window=START_MINUTES,
                    completion_window=COMPLETION_MINUTES,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=args.days),
                    copy_actions=[
                        aws.backup.PlanRuleCopyActionArgs(
                            destination_vault_arn=opposite,
                            lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(delete_after=args.days),
                        )
                    ],
                )
            ],
            opts=child,
        )
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(args.names.role(args.region, name), "backup.amazonaws.com", "Makes backups"),
            child,
        )
        for purpose in PURPOSES:
            aws.iam.RolePolicyAttachment(
                f"{name}-{purpose.lower()}", role=role.role_name, policy_arn=f"{MANAGED}{purpose}", opts=child
            )
        aws.backup.Selection(
            name,
            name=args.names.regional(name),
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=list(args.resource_arns),
            opts=child,
        )
