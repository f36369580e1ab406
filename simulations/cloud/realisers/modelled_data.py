"""The ids and ARNs of what the data manager and the risk engine are made of, and why they are modelled.

Forms as in `modelled_types`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.modelled_forms import EC2_DIGITS, identities, known_by_arn, named, reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_forms import Making
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


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
        "aws:elasticache/subnetGroup:SubnetGroup": named("elasticache", "subnetgroup:"),
        "aws:elasticache/user:User": named("elasticache", "user:", "userId"),
        "aws:elasticache/userGroup:UserGroup": named("elasticache", "usergroup:", "userGroupId"),
    },
    _NO_WAY: {
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": _peering,
    },
    _NO_DATA: {
        "aws:cloudwatch/logStream:LogStream": _log_stream,
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": known_by_arn("firehose", "deliverystream/"),
        "aws:kinesis/stream:Stream": known_by_arn("kinesis", "stream/"),
    },
    _NO_RISK: {
        "aws:pipes/pipe:Pipe": named("pipes", "pipe/"),
        "aws:sagemaker/endpoint:Endpoint": named("sagemaker", "endpoint/"),
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration": named("sagemaker", "endpoint-config/"),
        "aws:sagemaker/model:Model": named("sagemaker", "model/"),
        "aws:sfn/stateMachine:StateMachine": known_by_arn("states", "stateMachine:"),
    },
}

DATA_IDENTITIES = identities(_BY_REASON)
DATA_REASONS = reasons(_BY_REASON)
"""Why each is modelled in the embedded cloud."""
