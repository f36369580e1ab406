"""Names within: a private zone for the hub's own services, and the ways in which other names are resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.network.network_logs import NetworkLogs

DNS = 53


@dataclass(frozen=True, slots=True)
class Forwarding:
    """`domain`: whose names the servers on premises (`server_addresses`, IPv4) know."""

    domain: str
    server_addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrivateNamesArgs:
    """`domain`: of the private zone. `subnet_ids`: where the resolver asks from; two at least, in different zones."""

    names: Names
    domain: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    forwarding: Forwarding | None
    logs: NetworkLogs
    protect: bool


class PrivateNames(pulumi.ComponentResource):
    """A private hosted zone (`zone_id`), names on premises asked of the servers there, every question logged."""

    zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:PrivateNames", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        zone = aws.route53.Zone(
            name,
            name=args.domain,
            comment="Names of the hub's own services",
            vpcs=[aws.route53.ZoneVpcArgs(vpc_id=args.vpc_id)],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        if args.forwarding is not None:
            self._forward(name, args.forwarding)
        self._log(name)
        self.zone_id = zone.zone_id
        self.register_outputs({"zoneId": self.zone_id})

    def _forward(self, name: str, forwarding: Forwarding) -> None:
        args = self._args
        endpoint = aws.route53.ResolverEndpoint(
            name,
            name=args.names.regional("resolver"),
            direction="OUTBOUND",
            protocols=["Do53"],
            security_group_ids=[self._group(forwarding).id],
            ip_addresses=[aws.route53.ResolverEndpointIpAddressArgs(subnet_id=each) for each in args.subnet_ids],
            opts=self._child,
        )
        rule = aws.route53.ResolverRule(
            name,
            name=args.names.regional("on-premises"),
            domain_name=forwarding.domain,
            rule_type="FORWARD",
            resolver_endpoint_id=endpoint.id,
            target_ips=[
                aws.route53.ResolverRuleTargetIpArgs(ip=each, port=DNS) for each in forwarding.server_addresses
            ],
            opts=self._child,
        )
        aws.route53.ResolverRuleAssociation(name, resolver_rule_id=rule.id, vpc_id=args.vpc_id, opts=self._child)

    def _group(self, forwarding: Forwarding) -> aws.ec2.SecurityGroup:
        """The resolver asks the servers on premises, and nobody else."""
        args = self._args
        group = aws.ec2.SecurityGroup(
            "resolver",
            name=args.names.regional("resolver"),
            description="Route 53 Resolver asks servers on premises",
            vpc_id=args.vpc_id,
            opts=self._child,
        )
        for number, address in enumerate(forwarding.server_addresses, start=1):
            for protocol in ("tcp", "udp"):
                aws.vpc.SecurityGroupEgressRule(
                    f"resolver-to-server-{number}-{protocol}",
                    security_group_id=group.id,
                    cidr_ipv4=f"{address}/32",
                    ip_protocol=protocol,
                    from_port=DNS,
                    to_port=DNS,
                    opts=self._child,
                )
        return group

    def _log(self, name: str) -> None:
        logging = aws.route53.ResolverQueryLogConfig(
            name,
            name=self._args.names.regional("resolver"),
            destination_arn=self._args.logs.group("resolver").arn,
            opts=self._child,
        )
        aws.route53.ResolverQueryLogConfigAssociation(
            name, resolver_query_log_config_id=logging.id, resource_id=self._args.vpc_id, opts=self._child
        )
