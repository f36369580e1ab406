"""An operator's switch: a plan that takes a Region out of the answers of DNS, and puts it back, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.blocks.naming import Names
    from components.network.api_names import ApiNames

_ACTIONS = ("activate", "deactivate")
_MINUTES = 5
"""What a step may take: it flips a health check that is there already."""


@dataclass(frozen=True, slots=True)
class RegionSwitchArgs:
    """`zone_id` and `zone_arn` are those of the zone that holds the API's records."""

    names: Names
    api_names: ApiNames
    regions: tuple[str, str]
    zone_id: pulumi.Input[str]
    zone_arn: pulumi.Input[str]


class RegionSwitch(pulumi.ComponentResource):
    """An ARC Region switch plan; `health_check_ids` by Region.

    ARC makes a health check for each Region and holds its state: healthy until the Region is deactivated. It is carried
    out in the Region that stays, by a data plane there, so that it works while the other one does not (ARC Developer
    Guide, "Region switch"). Nothing triggers it: a takeover does not wait for it.
    """

    def __init__(self, name: str, args: RegionSwitchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:RegionSwitch", name, None, opts)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                role_name=args.names.regional(name),
                service="arc-region-switch.amazonaws.com",
                description="The Region switch plan finds the API's records",
                for_account=args.names.account_id,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        find = Statement("FindRecords", "Allow", ("route53:ListResourceRecordSets",), (Exactly(args.zone_arn),))
        permitted = aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document([find]),
            opts=pulumi.ResourceOptions(parent=self),
        )
        plan = aws.arcregionswitch.Plan(
            name,
            name=args.names.region_switch_plan(name),
            description="Takes a Region out of the API's names, or puts it back",
            execution_role=role.arn,
            recovery_approach="activeActive",
            regions=list(args.regions),
            workflows=[_workflow(action, region, args) for region in args.regions for action in _ACTIONS],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        self.plan_arn = plan.arn
        # An output too: the checks are there only when the plan is.
        made = aws.arcregionswitch.get_route53_health_checks_output(
            plan_arn=plan.arn, opts=pulumi.InvokeOutputOptions(parent=self)
        )
        self.health_check_ids = {
            region: made.health_checks.apply(partial(_check_of, region)) for region in args.regions
        }
        self.register_outputs({"healthCheckIds": self.health_check_ids})


def _workflow(action: str, region: str, args: RegionSwitchArgs) -> aws.arcregionswitch.PlanWorkflowArgs:
    step = aws.arcregionswitch.PlanWorkflowStepArgs(
        name="answers-of-dns",
        execution_block_type="Route53HealthCheck",
        route53_health_check_configs=[
            aws.arcregionswitch.PlanWorkflowStepRoute53HealthCheckConfigArgs(
                hosted_zone_id=args.zone_id,
                record_name=args.api_names.shared,
                record_sets=[
                    aws.arcregionswitch.PlanWorkflowStepRoute53HealthCheckConfigRecordSetArgs(
                        record_set_identifier=each, region=each
                    )
                    for each in args.regions
                ],
                timeout_minutes=_MINUTES,
            )
        ],
    )
    return aws.arcregionswitch.PlanWorkflowArgs(
        workflow_target_action=action, workflow_target_region=region, steps=[step]
    )


def _check_of(
    region: str, checks: Sequence[aws.arcregionswitch.outputs.GetRoute53HealthChecksHealthCheckResult]
) -> str:
    for each in checks:
        if each.region == region and each.health_check_id:
            return each.health_check_id
    raise pulumi.RunError(
        f"the Region switch plan has no health check of {region} yet; expected one soon after it was made"
    )
