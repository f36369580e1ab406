"""The ids and ARNs of networks and of event streams. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

BROKERS = 3
ID_DIGITS = 17


def _ec2(prefix: str, kind: str) -> Callable[[Subject], Identity]:
    """What EC2 numbers: `vpc-0123...`."""

    def identity(subject: Subject) -> Identity:
        made = f"{prefix}-{subject.hexadecimal(ID_DIGITS)}"
        return made, {"arn": subject.arn("ec2", f"{kind}/{made}"), "ownerId": subject.account_id}

    return identity


def _endpoint(subject: Subject) -> Identity:
    made, own = _ec2("vpce", "vpc-endpoint")(subject)
    return made, {**own, "prefixListId": f"pl-{subject.hexadecimal(8, 'prefix list')}"}


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
        "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
        "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc", "route-table-association"),
        "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
        "aws:ec2/subnet:Subnet": _ec2("subnet", "subnet"),
        "aws:ec2/vpc:Vpc": _ec2("vpc", "vpc"),
        "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
        "aws:msk/cluster:Cluster": _cluster,
        "aws:msk/configuration:Configuration": _configuration,
        "aws:msk/topic:Topic": _stream_topic,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2("sgr", "security-group-rule"),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2("sgr", "security-group-rule"),
    }
)
