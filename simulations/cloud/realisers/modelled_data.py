"""The ids and ARNs of what the data manager and the risk engine are made of, and why they are modelled.

Forms as in `modelled_types`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

    Making = Callable[[Subject], Identity]

EC2_DIGITS = 17


def _named(service: str, kind: str, field: str = "name") -> Making:
    """What is known by its name, with an ARN that ends in it: `kind` and what parts it from the name, as `user:`."""

    def identity(subject: Subject) -> Identity:
        name = subject.physical(field)
        return name, {field: name, "arn": subject.arn(service, f"{kind}{name}")}

    return identity


def _known_by_arn(service: str, kind: str) -> Making:
    """As `_named`, where the ARN is the id."""

    def identity(subject: Subject) -> Identity:
        name = subject.physical()
        made = subject.arn(service, f"{kind}{name}")
        return made, {"name": name, "arn": made}

    return identity


def _group(subject: Subject) -> Identity:
    name = subject.physical("replicationGroupId")
    domain = f"{subject.letters(6)}.{subject.region}.cache.amazonaws.com"
    own: dict[str, JsonValue] = {
        "replicationGroupId": name,
        "arn": subject.arn("elasticache", f"replicationgroup:{name}"),
        "primaryEndpointAddress": f"master.{name}.{domain}",
        "readerEndpointAddress": f"replica.{name}.{domain}",
    }
    return name, own


def _whole(subject: Subject) -> Identity:
    name = f"{subject.letters(5)}-{subject.text('globalReplicationGroupIdSuffix')}"
    return name, {
        "globalReplicationGroupId": name,
        "arn": subject.arn("elasticache", f"globalreplicationgroup:{name}", regional=False),
    }


def _peering(subject: Subject) -> Identity:
    return f"pcx-{subject.hexadecimal(EC2_DIGITS)}", {"acceptStatus": "active"}


def _log_stream(subject: Subject) -> Identity:
    name, group = subject.physical(), subject.text("logGroupName")
    return name, {"name": name, "arn": subject.arn("logs", f"log-group:{group}:log-stream:{name}")}


_NO_CACHE = "nothing here reads a cache, and no emulator has one that spans Regions"
_NO_WAY = "everything is on loopback: no packet would pass it"
_NO_DATA = "nobody writes to the stream yet, so that there is nothing to carry"
_NO_RISK = "no payment asks for its risk yet, and no emulator has Step Functions' JSONata, pipes or models"

_BY_REASON: Mapping[str, Mapping[str, Making]] = {
    _NO_CACHE: {
        "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": _whole,
        "aws:elasticache/replicationGroup:ReplicationGroup": _group,
        "aws:elasticache/subnetGroup:SubnetGroup": _named("elasticache", "subnetgroup:"),
        "aws:elasticache/user:User": _named("elasticache", "user:", "userId"),
        "aws:elasticache/userGroup:UserGroup": _named("elasticache", "usergroup:", "userGroupId"),
    },
    _NO_WAY: {
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": _peering,
    },
    _NO_DATA: {
        "aws:cloudwatch/logStream:LogStream": _log_stream,
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _known_by_arn("firehose", "deliverystream/"),
        "aws:kinesis/stream:Stream": _known_by_arn("kinesis", "stream/"),
    },
    _NO_RISK: {
        "aws:pipes/pipe:Pipe": _named("pipes", "pipe/"),
        "aws:sagemaker/endpoint:Endpoint": _named("sagemaker", "endpoint/"),
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration": _named("sagemaker", "endpoint-config/"),
        "aws:sagemaker/model:Model": _named("sagemaker", "model/"),
        "aws:sfn/stateMachine:StateMachine": _known_by_arn("states", "stateMachine:"),
    },
}

DATA_IDENTITIES: Mapping[str, Making] = MappingProxyType(
    {kind: making for makings in _BY_REASON.values() for kind, making in makings.items()}
)
DATA_REASONS: Mapping[str, str] = MappingProxyType(
    {kind: reason for reason, makings in _BY_REASON.items() for kind in makings}
)
"""Why each is modelled in the embedded cloud."""
