"""The way out: subnets for services that call the internet, through NAT and a firewall, in each of three zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.network.egress_firewall import EgressFirewall, EgressFirewallArgs
from components.network.ranges import ranges_of

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.network.network_logs import NetworkLogs
    from components.network.private_network import NetworkSettings

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class EgressArgs:
    """`settings`: the Region's range and zones. `allowed_domains`: names that may be called over TLS."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    settings: NetworkSettings
    allowed_domains: tuple[str, ...]
    logs: NetworkLogs
    protect: bool


class Egress(pulumi.ComponentResource):
    """What a service sends goes to its zone's NAT gateway, from there through its zone's firewall endpoint, and out.

    Zones do not depend on each other; answers come back through the endpoint that saw the question. Nothing is let in.
    `service_subnet_ids`: where services go; `service_routes`: their route tables, by zone.
    """

    def __init__(self, name: str, args: EgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:Egress", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._ranges = ranges_of(args.settings.cidr)
        self._internet = aws.ec2.InternetGateway(name, vpc_id=args.vpc_id, opts=self._child)
        zones = args.settings.zones
        firewall_subnets = {
            zone: self._subnet("firewall", zone, self._ranges.firewall[index]) for index, zone in enumerate(zones)
        }
        for zone, subnet in firewall_subnets.items():
            self._route(f"firewall-{zone}", self._table(f"firewall-{zone}", subnet), gateway_id=self._internet.id)
        self._firewall = EgressFirewall(
            "egress",
            EgressFirewallArgs(
                names=args.names,
                vpc_id=args.vpc_id,
                vpc_cidr=args.settings.cidr,
                subnet_ids=tuple(each.id for each in firewall_subnets.values()),
                allowed_domains=args.allowed_domains,
                logs=args.logs,
                protect=args.protect,
            ),
            self._child,
        )
        self._answers(name)
        self.service_subnet_ids: dict[str, pulumi.Output[str]] = {}
        self.service_routes: dict[str, aws.ec2.RouteTable] = {}
        for index, zone in enumerate(zones):
            self._zone(index, zone)
        self.register_outputs({"serviceSubnetIds": self.service_subnet_ids})

    def _zone(self, index: int, zone: str) -> None:
        egress = self._subnet("egress", zone, self._ranges.egress[index])
        routes = self._table(f"egress-{zone}", egress)
        self._route(f"egress-{zone}", routes, vpc_endpoint_id=self._endpoint(zone))
        address = aws.ec2.Eip(f"egress-{zone}", domain="vpc", opts=self._child)
        nat = aws.ec2.NatGateway(
            f"egress-{zone}",
            allocation_id=address.id,
            subnet_id=egress.id,
            connectivity_type="public",
            # An address is reachable once the VPC has its gateway.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._internet]),
        )
        service = self._subnet("service", zone, self._ranges.service[index])
        own = self._table(f"service-{zone}", service)
        self._route(f"service-{zone}", own, nat_gateway_id=nat.id)
        self.service_subnet_ids[zone] = service.id
        self.service_routes[zone] = own

    def _answers(self, name: str) -> None:
        """What comes from the internet for a NAT gateway passes its zone's firewall endpoint first."""
        edge = aws.ec2.RouteTable(name, vpc_id=self._args.vpc_id, opts=self._child)
        aws.ec2.RouteTableAssociation(name, gateway_id=self._internet.id, route_table_id=edge.id, opts=self._child)
        for index, zone in enumerate(self._args.settings.zones):
            self._route(f"answers-{zone}", edge, to=self._ranges.egress[index], vpc_endpoint_id=self._endpoint(zone))

    def _endpoint(self, zone: str) -> pulumi.Output[str]:
        return self._firewall.endpoint(f"{self._args.region}{zone}")

    def _subnet(self, tier: str, zone: str, cidr: str) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{tier}-{zone}",
            vpc_id=self._args.vpc_id,
            cidr_block=cidr,
            availability_zone=f"{self._args.region}{zone}",
            map_public_ip_on_launch=False,
            opts=self._child,
        )

    def _table(self, name: str, subnet: aws.ec2.Subnet) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(name, vpc_id=self._args.vpc_id, opts=self._child)
        aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table.id, opts=self._child)
        return table

    def _route(
        self,
        name: str,
        table: aws.ec2.RouteTable,
        *,
        to: str = ANYWHERE,
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
        vpc_endpoint_id: pulumi.Input[str] | None = None,
    ) -> None:
        aws.ec2.Route(
            name,
            route_table_id=table.id,
            destination_cidr_block=to,
            gateway_id=gateway_id,
            nat_gateway_id=nat_gateway_id,
            vpc_endpoint_id=vpc_endpoint_id,
            opts=self._child,
        )
