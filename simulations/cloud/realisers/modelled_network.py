"""The ids and ARNs of networks and of event streams. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from simulations.cloud.realisers.modelled_forms import EC2_DIGITS, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

BROKERS = 3
ZONE_LETTERS = "abcdef"


def _ec2(prefix: str, kind: str) -> Callable[[Subject], Identity]:
    """What EC2 numbers: `vpc-0123...`."""

    def identity(subject: Subject) -> Identity:
        made = f"{prefix}-{subject.hexadecimal(EC2_DIGITS)}"
        return made, {"arn": subject.arn("ec2", f"{kind}/{made}"), "ownerId": subject.account_id}

    return identity


def _endpoint(subject: Subject) -> Identity:
    made, own = _ec2("vpce", "vpc-endpoint")(subject)
    return made, {**own, "prefixListId": f"pl-{subject.hexadecimal(8, 'prefix list')}"}


def _firewall(subject: Subject) -> Identity:
    """With an endpoint in each zone that the Region may have: in which it is, its subnets alone know."""
    made = subject.arn("network-firewall", f"firewall/{subject.physical()}")
    states: list[JsonValue] = [
        {
            "availabilityZone": f"{subject.region}{zone}",
            "attachments": [{"endpointId": f"vpce-{subject.hexadecimal(EC2_DIGITS, zone)}", "subnetId": ""}],
        }
        for zone in ZONE_LETTERS
    ]
    return made, {"arn": made, "firewallStatuses": [{"syncStates": states}]}


def _of_firewall(kind: str) -> Callable[[Subject], Identity]:
    def identity(subject: Subject) -> Identity:
        made = subject.arn("network-firewall", f"{kind}/{subject.physical()}")
        return made, {"arn": made}

    return identity


def _route(subject: Subject) -> Identity:
    return f"r-{subject.text('routeTableId')}{subject.hexadecimal(10)}", {"state": "active"}


def _resolver(prefix: str, kind: str) -> Callable[[Subject], Identity]:
    def identity(subject: Subject) -> Identity:
        made = f"{prefix}-{subject.hexadecimal(EC2_DIGITS)}"
        return made, {"arn": subject.arn("route53resolver", f"{kind}/{made}")}

    return identity


def _cluster(subject: Subject) -> Identity:
    name = subject.physical("clusterName")
    cluster_arn = subject.arn("kafka", f"cluster/{name}/{subject.uuid()}")
    domain = f"{name}.{subject.letters(6)}.c2.kafka.{subject.region}.amazonaws.com"

    def brokers(port: int) -> str:
        return ",".join(f"b-{number}.{domain}:{port}" for number in range(1, BROKERS + 1))

    own: dict[str, JsonValue] = {
        "arn": cluster_arn,
        "bootstrapBrokers": brokers(9092),
        "bootstrapBrokersTls": brokers(9094),
        "bootstrapBrokersSaslIam": brokers(9098),
    }
    return cluster_arn, own


def _configuration(subject: Subject) -> Identity:
    configuration_arn = subject.arn("kafka", f"configuration/{subject.physical()}/{subject.uuid()}")
    return configuration_arn, {"arn": configuration_arn, "latestRevision": 1}


def _stream_topic(subject: Subject) -> Identity:
    cluster_arn, name = subject.text("clusterArn"), subject.physical()
    topic_arn = f"{cluster_arn.replace(':cluster/', ':topic/', 1)}/{name}"
    return f"{cluster_arn},{name}", {"arn": topic_arn}


NETWORK_IDENTITIES: Mapping[str, Callable[[Subject], Identity]] = MappingProxyType(
    {
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg", "security-group"),
        "aws:ec2/customerGateway:CustomerGateway": _ec2("cgw", "customer-gateway"),
        "aws:ec2/eip:Eip": _ec2("eipalloc", "elastic-ip"),
        "aws:ec2/flowLog:FlowLog": _ec2("fl", "vpc-flow-log"),
        "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
        "aws:ec2/natGateway:NatGateway": _ec2("nat", "natgateway"),
        "aws:ec2/route:Route": _route,
        "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
        "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc", "route-table-association"),
        "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
        "aws:ec2/subnet:Subnet": _ec2("subnet", "subnet"),
        "aws:ec2/vpc:Vpc": _ec2("vpc", "vpc"),
        "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": joined(
            "_", "vpcEndpointId", "routeTableId"
        ),
        "aws:ec2/vpnConnection:VpnConnection": _ec2("vpn", "vpn-connection"),
        "aws:ec2/vpnGateway:VpnGateway": _ec2("vgw", "vpn-gateway"),
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": joined("_", "vpnGatewayId", "routeTableId"),
        "aws:msk/cluster:Cluster": _cluster,
        "aws:msk/configuration:Configuration": _configuration,
        "aws:msk/topic:Topic": _stream_topic,
        "aws:networkfirewall/firewall:Firewall": _firewall,
        "aws:networkfirewall/firewallPolicy:FirewallPolicy": _of_firewall("firewall-policy"),
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": joined("_", "firewallArn"),
        "aws:networkfirewall/ruleGroup:RuleGroup": _of_firewall("stateful-rulegroup"),
        "aws:route53/resolverEndpoint:ResolverEndpoint": _resolver("rslvr-out", "resolver-endpoint"),
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": _resolver("rqlc", "resolver-query-log-config"),
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": _resolver(
            "rqlca", "resolver-query-log-config-association"
        ),
        "aws:route53/resolverRule:ResolverRule": _resolver("rslvr-rr", "resolver-rule"),
        "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": _resolver(
            "rslvr-rrassoc", "resolver-rule-association"
        ),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr", "security-group-rule"),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr", "security-group-rule"),
    }
)
