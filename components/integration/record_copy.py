"""A copy of a bank's system of record, for what is asked of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.statement_parts import hosts

if TYPE_CHECKING:
    from components.blocks.naming import Names

VERSION, FAMILY = "17.5", "aurora-postgresql17"
DATABASE, ADMINISTRATOR = "records", "records_admin"
BACKUP_WINDOW = "00:30-01:30"
INSTANCES = ("a", "b")


@dataclass(frozen=True, slots=True)
class RecordCopySettings:
    """`units`, `largest_units`: Aurora capacity units of an instance. `backup_days`: how long a backup is kept."""

    units: int
    largest_units: int
    backup_days: int


@dataclass(frozen=True, slots=True)
class RecordCopyArgs:
    """`maintenance_window`: as `tue:02:00-tue:03:00`, none in which the other Region's is worked on."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    settings: RecordCopySettings
    maintenance_window: str
    log_retention_days: int
    protect: bool


class RecordCopy(pulumi.ComponentResource):
    """Aurora PostgreSQL in the private network: a writer, and a reader in another zone that takes its place.

    TLS alone; clients sign in by IAM, and the administrator's password is RDS's own secret. Nothing reaches it yet.
    """

    group: aws.ec2.SecurityGroup

    def __init__(self, name: str, args: RecordCopyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:RecordCopy", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._identifier = args.names.short(name, 63)
        self._key = self._made_key()
        self.group = aws.ec2.SecurityGroup(
            name,
            name=args.names.regional(name),
            description="The copy of the system of record",
            vpc_id=args.vpc_id,
            opts=self._child,
        )
        cluster = self._cluster()
        for letter in INSTANCES:
            self._instance(letter, cluster)
        self.register_outputs({"clusterArn": cluster.arn})

    def _made_key(self) -> RegionalKey:
        names, region = self._args.names, self._args.region
        services = hosts(("rds", "secretsmanager"), region)
        log_arn = arn("logs", region, names.account_id, f"log-group:{self._log_group_name}")
        return RegionalKey(
            self._name,
            RegionalKeyArgs(
                alias=names.key_alias(self._name),
                description="The copy of the system of record",
                statements=(
                    administration(names.account_id),
                    use_by_account_through("Database", names.account_id, services),
                    use_by_logs(region, [log_arn]),
                ),
                protect=self._args.protect,
            ),
            self._child,
        )

    @property
    def _log_group_name(self) -> str:
        """Where RDS puts the log, and would make a group that keeps everything if there were none."""
        return f"/aws/rds/cluster/{self._identifier}/postgresql"

    def _cluster(self) -> aws.rds.Cluster:
        args, sizes = self._args, self._args.settings
        subnets = aws.rds.SubnetGroup(
            self._name, name=self._identifier, subnet_ids=list(args.subnet_ids), opts=self._child
        )
        parameters = aws.rds.ClusterParameterGroup(
            self._name,
            name=self._identifier,
            family=FAMILY,
            description="TLS alone, and connections are logged",
            # No statements: they would quote what is in the records.
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name="rds.force_ssl", value="1"),
                aws.rds.ClusterParameterGroupParameterArgs(name="log_connections", value="1"),
                aws.rds.ClusterParameterGroupParameterArgs(name="log_disconnections", value="1"),
                aws.rds.ClusterParameterGroupParameterArgs(name="log_statement", value="none"),
            ],
            opts=self._child,
        )
        log_group = aws.cloudwatch.LogGroup(
            self._name,
            name=self._log_group_name,
            retention_in_days=args.log_retention_days,
            kms_key_id=self._key.arn,
            opts=self._child,
        )
        return aws.rds.Cluster(
            self._name,
            cluster_identifier=self._identifier,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_version=VERSION,
            database_name=DATABASE,
            master_username=ADMINISTRATOR,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=self._key.arn,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=self._key.arn,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[self.group.id],
            serverlessv2_scaling_configuration=aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=sizes.units, max_capacity=sizes.largest_units
            ),
            backup_retention_period=sizes.backup_days,
            preferred_backup_window=BACKUP_WINDOW,
            preferred_maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=args.protect,
            delete_automated_backups=not args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{self._identifier}-last",
            enabled_cloudwatch_logs_exports=["postgresql"],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[log_group]),
        )

    def _instance(self, letter: str, cluster: aws.rds.Cluster) -> None:
        aws.rds.ClusterInstance(
            f"{self._name}-{letter}",
            identifier=f"{self._identifier}-{letter}",
            cluster_identifier=cluster.cluster_identifier,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_version=VERSION,
            instance_class="db.serverless",
            publicly_accessible=False,
            # It takes the writer's place, and grows with it (Aurora User Guide, "Promotion tiers").
            promotion_tier=0,
            auto_minor_version_upgrade=True,
            copy_tags_to_snapshot=True,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=self._key.arn,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
