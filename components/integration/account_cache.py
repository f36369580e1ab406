"""What was just read of accounts, near at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through

if TYPE_CHECKING:
    from components.blocks.naming import Names

ENGINE, VERSION, PARAMETERS = "valkey", "8.0", "default.valkey8"
ACCESS = "on ~accounts:* -@all +get +set +del +expire +ttl +ping"
SHUT_OUT = "off ~* -@all"
NODES = 2
LONGEST_ID = 40
"""Characters of a replication group's and of a user's id (ElastiCache API Reference)."""


@dataclass(frozen=True, slots=True)
class AccountCacheArgs:
    """`node_type`: of each of its two nodes. `maintenance_window`: as `tue:02:00-tue:03:00`."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    node_type: str
    maintenance_window: str
    protect: bool


class AccountCache(pulumi.ComponentResource):
    """Valkey in two zones: TLS alone, one user, who signs in by IAM and reaches the keys of accounts.

    It keeps no snapshot, for what is in it can be read again; nor has it a slow log, which would quote what is asked.
    """

    group: aws.ec2.SecurityGroup

    def __init__(self, name: str, args: AccountCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:AccountCache", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        names = args.names
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=names.key_alias(name),
                description="What is cached of accounts",
                statements=(
                    administration(names.account_id),
                    use_by_account_through("Cache", names.account_id, (f"elasticache.{args.region}.amazonaws.com",)),
                ),
                protect=args.protect,
            ),
            self._child,
        )
        self.group = aws.ec2.SecurityGroup(
            name, name=names.regional(name), description="The cache of accounts", vpc_id=args.vpc_id, opts=self._child
        )
        subnets = aws.elasticache.SubnetGroup(
            name, name=names.regional(name), subnet_ids=list(args.subnet_ids), opts=self._child
        )
        cache = aws.elasticache.ReplicationGroup(
            name,
            replication_group_id=names.short(name, LONGEST_ID),
            description="What is cached of accounts",
            engine=ENGINE,
            engine_version=VERSION,
            parameter_group_name=PARAMETERS,
            node_type=args.node_type,
            num_cache_clusters=NODES,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            at_rest_encryption_enabled=True,
            kms_key_id=key.arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[self._users().user_group_id],
            subnet_group_name=subnets.name,
            security_group_ids=[self.group.id],
            maintenance_window=args.maintenance_window,
            snapshot_retention_limit=0,
            auto_minor_version_upgrade=True,
            opts=self._child,
        )
        self.register_outputs({"arn": cache.arn})

    def _users(self) -> aws.elasticache.UserGroup:
        user_id = self._args.names.short(self._name, LONGEST_ID)
        reader = aws.elasticache.User(
            self._name,
            user_id=user_id,
            # Who signs in by IAM is called as the user's id is (ElastiCache User Guide, "Authenticating with IAM").
            user_name=user_id,
            engine=ENGINE,
            access_string=ACCESS,
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            opts=self._child,
        )
        nobody = aws.elasticache.User(
            f"{self._name}-default",
            user_id=self._args.names.short(f"{self._name}-default", LONGEST_ID),
            user_name="default",
            engine=ENGINE,
            access_string=SHUT_OUT,
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="no-password-required"),
            opts=self._child,
        )
        return aws.elasticache.UserGroup(
            self._name,
            user_group_id=user_id,
            engine=ENGINE,
            user_ids=[nobody.user_id, reader.user_id],
            opts=self._child,
        )
