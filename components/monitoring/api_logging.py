"""API Gateway's permission to write logs: one setting for all APIs of an account in a Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs

if TYPE_CHECKING:
    from components.blocks.naming import Names

PUSH_TO_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@dataclass(frozen=True, slots=True)
class ApiLoggingArgs:
    """The role's name carries the Region: roles are global to the account."""

    names: Names
    region: str


class ApiLogging(pulumi.ComponentResource):
    """The account setting and its role. It is one per account and Region: each environment has an account of its own.

    The role carries AWS's own policy: API Gateway checks for just these permissions when the setting is made, and picks
    the log groups itself (API Gateway Developer Guide, "Permissions for CloudWatch logging").
    """

    def __init__(self, name: str, args: ApiLoggingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:ApiLogging", name, None, opts)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, "api-logging"),
                service="apigateway.amazonaws.com",
                description=f"API Gateway writes access logs in {args.region}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permitted = aws.iam.RolePolicyAttachment(
            name, role=role.role_name, policy_arn=PUSH_TO_LOGS, opts=pulumi.ResourceOptions(parent=self)
        )
        self.setting = aws.apigateway.Account(
            name, cloudwatch_role_arn=role.arn, opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted])
        )
        self.register_outputs({})
