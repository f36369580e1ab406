"""The ids and ARNs of what the integration hub is made of, and why they are modelled. Forms as in `modelled_types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.modelled_forms import identities, named, reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_forms import Making
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


def _of_cloudfront(kind: str) -> Making:
    def identity(subject: Subject) -> Identity:
        made = f"E{subject.letters(13).upper()}"
        return made, {"arn": subject.arn("cloudfront", f"{kind}/{made}", regional=False), "etag": subject.letters(13)}

    return identity


def _distribution(subject: Subject) -> Identity:
    made = f"E{subject.letters(13).upper()}"
    own: dict[str, JsonValue] = {
        "arn": subject.arn("cloudfront", f"distribution/{made}", regional=False),
        "domainName": f"d{subject.letters(13)}.cloudfront.net",
        "hostedZoneId": "Z2FDTNDATAQYW2",
        "status": "Deployed",
    }
    return made, own


def _delivery(subject: Subject) -> Identity:
    made = subject.letters(16)
    return made, {"arn": subject.arn("logs", f"delivery:{made}")}


def _broker(subject: Subject) -> Identity:
    made, name = f"b-{subject.uuid()}", subject.physical("brokerName")
    instances: list[JsonValue] = [
        {"endpoints": [f"ssl://{made}-{number}.mq.{subject.region}.amazonaws.com:61617"]} for number in (1, 2)
    ]
    return made, {"arn": subject.arn("mq", f"broker:{name}:{made}"), "brokerName": name, "instances": instances}


def _broker_configuration(subject: Subject) -> Identity:
    made = f"c-{subject.uuid()}"
    return made, {"arn": subject.arn("mq", f"configuration:{made}"), "latestRevision": 1}


def _cluster(subject: Subject) -> Identity:
    name = subject.physical("clusterIdentifier")
    host = f"{name}.cluster-{subject.letters(12)}.{subject.region}.rds.amazonaws.com"
    own: dict[str, JsonValue] = {
        "clusterIdentifier": name,
        "arn": subject.arn("rds", f"cluster:{name}"),
        "endpoint": host,
        "port": 5432,
    }
    return name, own


def _with_id(kind: str) -> Making:
    """Of EventBridge, what has a name and an id in its ARN."""

    def identity(subject: Subject) -> Identity:
        name = subject.physical()
        return name, {"name": name, "arn": subject.arn("events", f"{kind}/{name}/{subject.uuid()}")}

    return identity


def _object(subject: Subject) -> Identity:
    key = subject.text("key")
    return key, {"arn": f"arn:aws:s3:::{subject.text('bucket')}/{key}", "versionId": subject.letters(32)}


def _policy_name(subject: Subject) -> Identity:
    return subject.physical("policyName"), {}


_NO_BROKER = "no emulator has Amazon MQ, and the functions that read and write its queues do not exist yet"
_NO_CERTIFICATES = "nothing here speaks TLS: no client is asked for a certificate, and no authority for its word"
_NO_ACCOUNTS = "the services that read accounts do not exist yet: nothing would ask a database or a cache"
_NO_WEBHOOKS = "no emulator has pipes or API destinations; that events are told is seen at the topic"
_NO_EDGE = "no emulator has CloudFront: documentation is read as it is in the repository"

_BY_REASON: Mapping[str, Mapping[str, Making]] = {
    _NO_EDGE: {
        "aws:cloudfront/distribution:Distribution": _distribution,
        "aws:cloudfront/originAccessControl:OriginAccessControl": _of_cloudfront("origin-access-control"),
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _of_cloudfront("response-headers-policy"),
        "aws:cloudwatch/logDelivery:LogDelivery": _delivery,
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": named("logs", "delivery-destination:"),
        "aws:cloudwatch/logDeliverySource:LogDeliverySource": named("logs", "delivery-source:"),
    },
    _NO_CERTIFICATES: {
        "aws:s3/bucketObjectv2:BucketObjectv2": _object,
    },
    _NO_BROKER: {
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": _policy_name,
        "aws:mq/broker:Broker": _broker,
        "aws:mq/configuration:Configuration": _broker_configuration,
    },
    _NO_ACCOUNTS: {
        "aws:rds/cluster:Cluster": _cluster,
        "aws:rds/clusterInstance:ClusterInstance": named("rds", "db:", "identifier"),
        "aws:rds/clusterParameterGroup:ClusterParameterGroup": named("rds", "cluster-pg:"),
        "aws:rds/subnetGroup:SubnetGroup": named("rds", "subgrp:"),
    },
    _NO_WEBHOOKS: {
        "aws:cloudwatch/eventApiDestination:EventApiDestination": _with_id("api-destination"),
        "aws:cloudwatch/eventBus:EventBus": named("events", "event-bus/"),
        "aws:cloudwatch/eventConnection:EventConnection": _with_id("connection"),
    },
}

INTEGRATION_IDENTITIES = identities(_BY_REASON)
INTEGRATION_REASONS = reasons(_BY_REASON)
"""Why each is modelled in the embedded cloud."""
