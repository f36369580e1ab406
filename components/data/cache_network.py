"""Where a Region's part of the cache is: a network of its own, that nothing leaves."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

SUBNET_BITS = 2
"""A /24 gives four /26, of which three are used: one for each zone."""


@dataclass(frozen=True, slots=True)
class CacheNetworkArgs:
    """`cidr`: a range that no other network has. `zones`: the letters of three zones."""

    names: Names
    region: str
    cidr: str
    zones: tuple[str, ...]


class CacheNetwork(pulumi.ComponentResource):
    """A VPC without any gateway, for the cache alone.

    The groups of a global datastore are made together, and so by the foundation, which is there before any Region's own
    network. A Region joins its network to this one (`CacheLink`).
    """

    vpc_id: pulumi.Output[str]
    route_table_id: pulumi.Output[str]
    group_id: pulumi.Output[str]
    subnet_ids: tuple[pulumi.Output[str], ...]

    def __init__(self, name: str, args: CacheNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:CacheNetwork", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vpc = aws.ec2.Vpc(name, cidr_block=args.cidr, enable_dns_hostnames=True, enable_dns_support=True, opts=child)
        aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id, opts=child)
        routes = aws.ec2.RouteTable(name, vpc_id=vpc.id, opts=child)
        ranges = list(IPv4Network(args.cidr).subnets(prefixlen_diff=SUBNET_BITS))
        subnets = [
            aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=vpc.id,
                cidr_block=str(ranges[index]),
                availability_zone=f"{args.region}{zone}",
                opts=child,
            )
            for index, zone in enumerate(args.zones)
        ]
        for zone, subnet in zip(args.zones, subnets, strict=True):
            aws.ec2.RouteTableAssociation(f"{name}-{zone}", subnet_id=subnet.id, route_table_id=routes.id, opts=child)
        group = aws.ec2.SecurityGroup(
            name,
            name=args.names.regional("cache"),
            description="The cache: a Region says whom it lets in",
            vpc_id=vpc.id,
            opts=child,
        )
        self.vpc_id, self.route_table_id, self.group_id = vpc.id, routes.id, group.id
        self.subnet_ids = tuple(subnet.id for subnet in subnets)
        self.register_outputs({"vpcId": self.vpc_id, "groupId": self.group_id})
