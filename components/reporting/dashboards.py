"""Dashboards: the account's subscription to QuickSight, and what it reads in a Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class DashboardAccountArgs:
    """`notified`: the address to which QuickSight writes about the account."""

    names: Names
    notified: str
    protect: bool


class DashboardAccount(pulumi.ComponentResource):
    """The subscription, one for an account. Deleting it deletes every dashboard."""

    def __init__(self, name: str, args: DashboardAccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:DashboardAccount", name, None, opts)
        aws.quicksight.AccountSubscription(
            name,
            account_name=f"{args.names.regional(name)}-{args.names.account_id}",
            aws_account_id=args.names.account_id,
            authentication_method="IAM_AND_QUICKSIGHT",
            edition="ENTERPRISE",
            notification_email=args.notified,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({})


@dataclass(frozen=True, slots=True)
class DashboardsArgs:
    """`workgroup_name`: the Athena workgroup through which dashboards ask."""

    names: Names
    workgroup_name: pulumi.Input[str]


class Dashboards(pulumi.ComponentResource):
    """A source for the dashboards of a Region: its Athena workgroup, with the workgroup's limits."""

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:Dashboards", name, None, opts)
        source = aws.quicksight.DataSource(
            name,
            data_source_id=args.names.regional(name),
            aws_account_id=args.names.account_id,
            name=args.names.regional(name),
            type="ATHENA",
            parameters=aws.quicksight.DataSourceParametersArgs(
                athena=aws.quicksight.DataSourceParametersAthenaArgs(work_group=args.workgroup_name)
            ),
            ssl_properties=aws.quicksight.DataSourceSslPropertiesArgs(disable_ssl=False),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"arn": source.arn})
