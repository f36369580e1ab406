"""The way from a Region's private network to its part of the cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.passage import let_through
from components.data.global_cache import PORT

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.data.reach import CacheReach

CLIENTS = "cache-clients"


@dataclass(frozen=True, slots=True)
class CacheLinkArgs:
    """`vpc_id`, `route_table_id`, `cidr`: the Region's private network. `cache_cidr`: the cache's."""

    names: Names
    vpc_id: pulumi.Input[str]
    route_table_id: pulumi.Input[str]
    cidr: str
    cache: CacheReach
    cache_cidr: str


class CacheLink(pulumi.ComponentResource):
    """The two networks joined, with one way through: from the group of clients to the cache's port.

    Nobody is in the group yet. Who is to read the cache gets it, and a grant to connect as the cache's user.
    """

    client_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: CacheLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:CacheLink", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        joined = aws.ec2.VpcPeeringConnection(
            name, vpc_id=args.vpc_id, peer_vpc_id=args.cache.vpc_id, auto_accept=True, opts=child
        )
        for way, table_id, cidr in (
            ("there", args.route_table_id, args.cache_cidr),
            ("back", args.cache.route_table_id, args.cidr),
        ):
            aws.ec2.Route(
                f"{name}-{way}",
                route_table_id=table_id,
                destination_cidr_block=cidr,
                vpc_peering_connection_id=joined.id,
                opts=child,
            )
        clients = aws.ec2.SecurityGroup(
            CLIENTS,
            name=args.names.regional(CLIENTS),
            description="Who may reach the cache",
            vpc_id=args.vpc_id,
            opts=child,
        )
        # A group of another network can be named only once the two are joined.
        after = pulumi.ResourceOptions(parent=self, depends_on=[joined])
        let_through(name, clients.id, args.cache.group_id, PORT, after)
        self.client_group_id = clients.id
        self.register_outputs({"clientGroupId": self.client_group_id})
