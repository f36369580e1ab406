"""The cache: ElastiCache for Valkey as a global datastore, a group of nodes in each Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names
    from components.data.cache_network import CacheNetwork

CACHE = "cache"
ENGINE = "valkey"
ENGINE_VERSION = "8.0"
PORT = 6379
LONGEST_NAME = 40
"""Of a replication group, a user, a user group (ElastiCache API Reference)."""
ACCESS = "on ~state:* ~session:* -@all +@read +@write +@connection -@dangerous"
"""Of the one user: states of payments and sessions, and nothing that looks at, or ends, all of it."""


@dataclass(frozen=True, slots=True)
class GlobalCacheArgs:
    """`regions` in order: the first one's group is written, the other's is read and follows.

    `nodes`: of each Region, in different zones.
    """

    names: Names
    regions: tuple[str, str]
    providers: Mapping[str, aws.Provider]
    networks: Mapping[str, CacheNetwork]
    node_type: str
    nodes: int
    protect: bool


class GlobalCache(pulumi.ComponentResource):
    """One datastore over two Regions, over TLS, under each Region's own key, with IAM in place of passwords.

    It can be lost: whatever is in it is read from its store again. AWS promotes no Region by itself: when the first one
    is gone, operators make the other one's group the one that is written.
    """

    endpoints: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: GlobalCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:GlobalCache", name, None, opts)
        self._args = args
        home, other = args.regions
        primary = self._group(home)
        whole = aws.elasticache.GlobalReplicationGroup(
            name,
            global_replication_group_id_suffix=args.names.short(CACHE, LONGEST_NAME),
            primary_replication_group_id=primary.id,
            global_replication_group_description="States of payments and sessions",
            opts=self._in(home),
        )
        secondary = self._group(other, whole.global_replication_group_id)
        self.endpoints = {
            home: primary.primary_endpoint_address,
            other: secondary.reader_endpoint_address,
        }
        self.register_outputs({"endpoints": self.endpoints})

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])

    def _group(self, region: str, follows: pulumi.Output[str] | None = None) -> aws.elasticache.ReplicationGroup:
        """A Region's group. One that follows takes engine, node type and encryption in transit from the whole."""
        args = self._args
        own = follows is None
        return aws.elasticache.ReplicationGroup(
            f"{CACHE}-{region}",
            replication_group_id=args.names.short(f"{CACHE}-{region}", LONGEST_NAME),
            description=f"Cache in {region}",
            global_replication_group_id=follows,
            engine=ENGINE if own else None,
            engine_version=ENGINE_VERSION if own else None,
            node_type=args.node_type if own else None,
            at_rest_encryption_enabled=True if own else None,
            transit_encryption_enabled=True if own else None,
            transit_encryption_mode="required" if own else None,
            kms_key_id=self._key(region).arn,
            num_cache_clusters=args.nodes,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            # All of a datastore have one version: a Region that went ahead would part from the other.
            auto_minor_version_upgrade=False,
            port=PORT,
            subnet_group_name=self._subnets(region).name,
            security_group_ids=[args.networks[region].group_id],
            user_group_ids=[self._users(region).user_group_id],
            opts=self._in(region),
        )

    def _key(self, region: str) -> RegionalKey:
        names = self._args.names
        through = use_by_account_through("Cache", names.account_id, (f"elasticache.{region}.amazonaws.com",))
        return RegionalKey(
            f"{CACHE}-{region}",
            RegionalKeyArgs(
                alias=names.key_alias(CACHE),
                description="What the cache puts on disks",
                statements=(administration(names.account_id), through),
                protect=self._args.protect,
            ),
            self._in(region),
        )

    def _subnets(self, region: str) -> aws.elasticache.SubnetGroup:
        return aws.elasticache.SubnetGroup(
            f"{CACHE}-{region}",
            name=self._args.names.regional(CACHE),
            description="Three zones",
            subnet_ids=list(self._args.networks[region].subnet_ids),
            opts=self._in(region),
        )

    def _users(self, region: str) -> aws.elasticache.UserGroup:
        """One user, whose id and name are the same, as IAM asks for, and no default one, who would need no word."""
        name = self._args.names.short(CACHE, LONGEST_NAME)
        user = aws.elasticache.User(
            f"{CACHE}-{region}",
            user_id=name,
            user_name=name,
            engine=ENGINE,
            access_string=ACCESS,
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            opts=self._in(region),
        )
        return aws.elasticache.UserGroup(
            f"{CACHE}-{region}", user_group_id=name, engine=ENGINE, user_ids=[user.user_id], opts=self._in(region)
        )
