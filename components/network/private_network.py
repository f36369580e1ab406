"""A Region's private network: subnets over three zones, and the endpoints that what runs in it needs. No way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.passage import let_through
from components.blocks.statement import policy_document
from components.network.ranges import ranges_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names
    from components.blocks.statement import Statement

HTTPS = 443


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`cidr`: the Region's own range, none that another Region has. `zones`: the letters of three zones."""

    cidr: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrivateNetworkArgs:
    """`interface_endpoints`: services (`sqs`) that are called from within; `gateway_endpoints`: as `dynamodb`.

    `policies`: of each endpoint's policy the statements, by service.
    """

    names: Names
    region: str
    settings: NetworkSettings
    interface_endpoints: tuple[str, ...]
    gateway_endpoints: tuple[str, ...]
    policies: Mapping[str, tuple[Statement, ...]]


class PrivateNetwork(pulumi.ComponentResource):
    """A VPC without a gateway to the internet: what is in it reaches AWS's services by endpoints alone.

    Clients (`let_out` gives each its security group) reach the interface endpoints; others do not.
    """

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:PrivateNetwork", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            opts=self._child,
        )
        # Whoever is given no group of its own gets this one: it lets nothing in and nothing out.
        aws.ec2.DefaultSecurityGroup(name, vpc_id=self._vpc.id, opts=self._child)
        self._routes = aws.ec2.RouteTable(name, vpc_id=self._vpc.id, opts=self._child)
        self.vpc_id = self._vpc.id
        self.route_table_id = self._routes.id
        self.subnet_ids = [self._subnet(index, zone) for index, zone in enumerate(args.settings.zones)]
        self._endpoint_group = self.group("endpoints", "Endpoints of AWS's services")
        self._gateways = {service: self._gateway(service) for service in args.gateway_endpoints}
        for service in args.interface_endpoints:
            self._interface(service)
        self.register_outputs({"vpcId": self.vpc_id, "subnetIds": self.subnet_ids})

    def group(self, name: str, description: str) -> aws.ec2.SecurityGroup:
        """A security group that lets nothing in and nothing out."""
        return aws.ec2.SecurityGroup(
            name,
            name=self._args.names.regional(name),
            description=description,
            vpc_id=self._vpc.id,
            opts=self._child,
        )

    def let_through(self, rule: str, source_group: aws.ec2.SecurityGroup, to: aws.ec2.SecurityGroup, port: int) -> None:
        """Let what is in one group reach a port of what is in another; `rule` names that."""
        let_through(rule, source_group.id, to.id, port, self._child)

    def let_out(self, source: str, group: aws.ec2.SecurityGroup, *, gateways: tuple[str, ...]) -> None:
        """Let what is in a group reach the interface endpoints, and the named ones of the gateway endpoints."""
        self.let_through(f"{source}-to-endpoints", group, self._endpoint_group, HTTPS)
        for service in gateways:
            aws.vpc.SecurityGroupEgressRule(
                f"{source}-to-{service}",
                security_group_id=group.id,
                prefix_list_id=self._gateways[service].prefix_list_id,
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                opts=self._child,
            )

    def let_tables_to(self, service: str, route_tables: Mapping[str, aws.ec2.RouteTable]) -> None:
        """Let what is in other subnets of the network, by their route tables, reach a gateway endpoint."""
        for name, table in route_tables.items():
            aws.ec2.VpcEndpointRouteTableAssociation(
                f"{service}-from-service-{name}",
                route_table_id=table.id,
                vpc_endpoint_id=self._gateways[service].id,
                opts=self._child,
            )

    def _subnet(self, index: int, zone: str) -> pulumi.Output[str]:
        subnet = aws.ec2.Subnet(
            f"private-{zone}",
            vpc_id=self._vpc.id,
            cidr_block=ranges_of(self._args.settings.cidr).isolated[index],
            availability_zone=f"{self._args.region}{zone}",
            opts=self._child,
        )
        aws.ec2.RouteTableAssociation(
            f"private-{zone}", subnet_id=subnet.id, route_table_id=self._routes.id, opts=self._child
        )
        return subnet.id

    def _gateway(self, service: str) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            service,
            vpc_id=self._vpc.id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[self._routes.id],
            policy=policy_document(self._args.policies[service]),
            opts=self._child,
        )

    def _interface(self, service: str) -> None:
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=self._vpc.id,
            service_name=f"com.amazonaws.{self._args.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            policy=policy_document(self._args.policies[service]),
            subnet_ids=self.subnet_ids,
            security_group_ids=[self._endpoint_group.id],
            opts=self._child,
        )
