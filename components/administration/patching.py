"""Patches for the instances that there are, at a time when they disturb least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

APPROVED_AFTER_DAYS = 7
WEEKLY = "cron(0 3 ? * SUN *)"
WINDOW_HOURS, CUTOFF_HOURS = 3, 1
PATCHED = "PatchGroup"


@dataclass(frozen=True, slots=True)
class PatchingArgs:
    """`group`: the value of the tag PatchGroup that instances carry."""

    names: Names
    group: str


class Patching(pulumi.ComponentResource):
    """A baseline (security patches, once a week old), a weekly window, and an inventory of what is installed."""

    def __init__(self, name: str, args: PatchingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:Patching", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        baseline = aws.ssm.PatchBaseline(
            name,
            name=args.names.regional(name),
            description="Security patches of Amazon Linux 2023, a week after they are out",
            operating_system="AMAZON_LINUX_2023",
            approval_rules=[_security()],
            opts=child,
        )
        aws.ssm.PatchGroup(name, baseline_id=baseline.id, patch_group=args.group, opts=child)
        window = aws.ssm.MaintenanceWindow(
            name,
            name=args.names.regional(name),
            schedule=WEEKLY,
            schedule_timezone="UTC",
            duration=WINDOW_HOURS,
            cutoff=CUTOFF_HOURS,
            opts=child,
        )
        target = aws.ssm.MaintenanceWindowTarget(
            name,
            window_id=window.id,
            resource_type="INSTANCE",
            targets=[aws.ssm.MaintenanceWindowTargetTargetArgs(key=f"tag:{PATCHED}", values=[args.group])],
            opts=child,
        )
        aws.ssm.MaintenanceWindowTask(
            name,
            window_id=window.id,
            task_type="RUN_COMMAND",
            task_arn="AWS-RunPatchBaseline",
            priority=1,
            max_concurrency="1",
            max_errors="0",
            targets=[aws.ssm.MaintenanceWindowTaskTargetArgs(key="WindowTargetIds", values=[target.id])],
            task_invocation_parameters=_installing(),
            opts=child,
        )
        aws.ssm.Association(
            f"{name}-inventory",
            name="AWS-GatherSoftwareInventory",
            association_name=args.names.regional("inventory"),
            schedule_expression="rate(1 day)",
            targets=[aws.ssm.AssociationTargetArgs(key=f"tag:{PATCHED}", values=[args.group])],
            opts=child,
        )
        self.register_outputs({"baselineId": baseline.id})


def _security() -> aws.ssm.PatchBaselineApprovalRuleArgs:
    kinds = aws.ssm.PatchBaselineApprovalRulePatchFilterArgs(key="CLASSIFICATION", values=["Security"])
    severities = aws.ssm.PatchBaselineApprovalRulePatchFilterArgs(key="SEVERITY", values=["Critical", "Important"])
    return aws.ssm.PatchBaselineApprovalRuleArgs(
        approve_after_days=APPROVED_AFTER_DAYS, compliance_level="CRITICAL", patch_filters=[kinds, severities]
    )


def _installing() -> aws.ssm.MaintenanceWindowTaskTaskInvocationParametersArgs:
    parameter = aws.ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameterArgs
    return aws.ssm.MaintenanceWindowTaskTaskInvocationParametersArgs(
        run_command_parameters=aws.ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParametersArgs(
            comment="Install what the baseline approves",
            parameters=[
                parameter(name="Operation", values=["Install"]),
                parameter(name="RebootOption", values=["RebootIfNeeded"]),
            ],
        )
    )
