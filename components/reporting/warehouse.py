"""The warehouse: structured data for reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, ObjectPrefix, through
from components.reporting.datasets import PAYMENTS

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.reporting.datasets import Datasets

DATABASE = "reporting"
ADMINISTRATOR = "warehouse"
EXPORTED_LOGS = ("userlog", "connectionlog", "useractivitylog")


@dataclass(frozen=True, slots=True)
class WarehouseArgs:
    """`capacity`, `largest_capacity`: Redshift processing units, to begin with and at most."""

    names: Names
    region: str
    datasets: Datasets
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    capacity: int
    largest_capacity: int
    protect: bool


class Warehouse(pulumi.ComponentResource):
    """Redshift Serverless in the private network: TLS only, its administrator's password in Secrets Manager.

    It loads from the data's bucket and nothing else, through the network's own endpoint.
    """

    group: aws.ec2.SecurityGroup

    def __init__(self, name: str, args: WarehouseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:Warehouse", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = self._loader(name, args)
        namespace = aws.redshiftserverless.Namespace(
            name,
            namespace_name=args.names.regional(name),
            db_name=DATABASE,
            admin_username=ADMINISTRATOR,
            manage_admin_password=True,
            admin_password_secret_kms_key_id=args.datasets.key_arn,
            kms_key_id=args.datasets.key_arn,
            iam_roles=[role.arn],
            default_iam_role_arn=role.arn,
            log_exports=list(EXPORTED_LOGS),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        group = aws.ec2.SecurityGroup(
            name, name=args.names.regional(name), description="The warehouse", vpc_id=args.vpc_id, opts=child
        )
        aws.redshiftserverless.Workgroup(
            name,
            namespace_name=namespace.namespace_name,
            workgroup_name=args.names.regional(name),
            base_capacity=args.capacity,
            max_capacity=args.largest_capacity,
            publicly_accessible=False,
            enhanced_vpc_routing=True,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            config_parameters=[
                aws.redshiftserverless.WorkgroupConfigParameterArgs(parameter_key="require_ssl", parameter_value="true")
            ],
            opts=child,
        )
        self.group = group
        self.register_outputs({"namespaceName": namespace.namespace_name})

    def _loader(self, name: str, args: WarehouseArgs) -> ExecutionRole:
        child = pulumi.ResourceOptions(parent=self)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(args.region, name),
                "redshift-serverless.amazonaws.com",
                "Loads anonymised data into the warehouse",
                for_account=args.names.account_id,
            ),
            child,
        )
        data = args.datasets.data
        grants = [
            Statement("ReadData", "Allow", ("s3:GetObject",), (ObjectPrefix(data.arn, PAYMENTS),)),
            Statement("ListData", "Allow", ("s3:ListBucket",), (Exactly(data.arn),)),
            Statement(
                "OpenData",
                "Allow",
                ("kms:Decrypt",),
                (Exactly(args.datasets.key_arn),),
                conditions=(through(args.region, "s3"),),
            ),
        ]
        aws.iam.RolePolicy(name, name="grants", role=role.role_name, policy=policy_document(grants), opts=child)
        return role
