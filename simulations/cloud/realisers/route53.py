"""Route 53: hosted zones, records, health checks.

MiniStack keeps them and answers no query. Who asks health checks' targets here, and answers for the records, is the
embedded cloud itself (`simulations/dns`), which reads what is made here.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    at,
    items,
    mapping,
    optional_flag,
    optional_integer,
    optional_text,
    outputs_of,
    text,
    texts,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

SERVICE = "route53"
HEALTH_CHECK_TEXTS = {
    "type": "Type", "fqdn": "FullyQualifiedDomainName", "ipAddress": "IPAddress", "resourcePath": "ResourcePath",
    "searchString": "SearchString", "routingControlArn": "RoutingControlArn",
}  # fmt: skip
HEALTH_CHECK_INTEGERS = {
    "port": "Port", "requestInterval": "RequestInterval", "failureThreshold": "FailureThreshold",
    "childHealthThreshold": "HealthThreshold",
}  # fmt: skip
HEALTH_CHECK_FLAGS = {"enableSni": "EnableSNI", "disabled": "Disabled", "invertHealthcheck": "Inverted"}
HEALTH_CHECK_LISTS = {"childHealthchecks": "ChildHealthChecks", "regions": "Regions"}
FIXED_WHEN_MADE = frozenset({"Type", "RequestInterval"})
"""What UpdateHealthCheck does not take."""


class Zone:
    """`aws:route53/zone:Zone`; its id is AWS's. One of this name is adopted, a private one within its network."""

    type = "aws:route53/zone:Zone"
    replace_on = frozenset({"name"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the zone; AWS puts its name servers in."""
        name, network = text(inputs, "name"), _network(cloud, inputs)
        answer = cloud.call(
            SERVICE,
            "create_hosted_zone",
            Name=name,
            # One reference makes one zone, so that a repetition finds what a crashed run left behind.
            CallerReference="-".join(["twinrail", name, *([] if network is None else [network["VPCId"]])]),
            HostedZoneConfig={"Comment": optional_text(inputs, "comment") or "", "PrivateZone": network is not None},
            VPC=network,
        )
        return self._realised(cloud, at(answer, "HostedZone", "Id").removeprefix("/hostedzone/"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the comment to the new inputs."""
        del old, outputs
        comment = optional_text(new, "comment") or ""
        cloud.call(SERVICE, "update_hosted_zone_comment", Id=identity, Comment=comment)
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the zone; one that has records of others refuses."""
        del outputs
        with accepting("NoSuchHostedZone"):
            cloud.call(SERVICE, "delete_hosted_zone", Id=identity)

    def _realised(self, cloud: Cloud, zone_id: str, inputs: Inputs) -> Realised:
        answer = cloud.call(SERVICE, "get_hosted_zone", Id=zone_id)
        # A private zone is delegated to by nobody.
        servers: list[JsonValue] = (
            [*texts(mapping(answer, "DelegationSet"), "NameServers")] if "DelegationSet" in answer else []
        )
        own: dict[str, JsonValue] = {
            "arn": f"arn:aws:route53:::hostedzone/{zone_id}",
            "zoneId": zone_id,
            "nameServers": servers,
        }
        return Realised(zone_id, outputs_of(cloud, inputs, own))


def _network(cloud: Cloud, inputs: Inputs) -> dict[str, str] | None:
    """The network that a private zone is for; more than one the program never asks for."""
    if not inputs.get("vpcs"):
        return None
    (network,) = items(inputs, "vpcs")
    return {"VPCRegion": cloud.region, "VPCId": text(network, "vpcId")}


class Record(PutAgain):
    """`aws:route53/record:Record`; its id is `zone_name_type_set`. Aliases are not realised: the program has none."""

    type = "aws:route53/record:Record"
    replace_on = frozenset({"name", "type", "zoneId", "setIdentifier"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the record, in place of one of the same name, type and set identifier."""
        _change(cloud, "UPSERT", inputs)
        name = text(inputs, "name").removesuffix(".")
        parts = [text(inputs, "zoneId"), name, text(inputs, "type"), optional_text(inputs, "setIdentifier")]
        own: dict[str, JsonValue] = {"fqdn": name}
        return Realised("_".join(part for part in parts if part), outputs_of(cloud, inputs, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the record: Route 53 wants to be told all of it."""
        del identity
        with accepting("NoSuchHostedZone", "InvalidChangeBatch"):
            _change(cloud, "DELETE", outputs)


class HealthCheck:
    """`aws:route53/healthCheck:HealthCheck`; its id is AWS's, and nothing is adopted."""

    type = "aws:route53/healthCheck:HealthCheck"
    replace_on = frozenset({"type", "requestInterval"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the health check."""
        answer = cloud.call(
            SERVICE, "create_health_check", CallerReference=str(uuid.uuid4()), HealthCheckConfig=_health_check(inputs)
        )
        return self._realised(cloud, at(answer, "HealthCheck", "Id"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring what can be changed to the new inputs."""
        del old, outputs
        changeable = {name: value for name, value in _health_check(new).items() if name not in FIXED_WHEN_MADE}
        cloud.call(SERVICE, "update_health_check", HealthCheckId=identity, **changeable)
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the health check."""
        del outputs
        with accepting("NoSuchHealthCheck"):
            cloud.call(SERVICE, "delete_health_check", HealthCheckId=identity)

    def _realised(self, cloud: Cloud, identity: str, inputs: Inputs) -> Realised:
        own: dict[str, JsonValue] = {"arn": f"arn:aws:route53:::healthcheck/{identity}"}
        return Realised(identity, outputs_of(cloud, inputs, own))


def _health_check(inputs: Inputs) -> dict[str, object]:
    values: dict[str, object] = {
        **{aws: optional_text(inputs, name) for name, aws in HEALTH_CHECK_TEXTS.items()},
        **{aws: optional_integer(inputs, name) for name, aws in HEALTH_CHECK_INTEGERS.items()},
        **{aws: optional_flag(inputs, name) for name, aws in HEALTH_CHECK_FLAGS.items()},
        **{aws: texts(inputs, name) or None for name, aws in HEALTH_CHECK_LISTS.items()},
    }
    return {name: value for name, value in values.items() if value is not None}


def _change(cloud: Cloud, action: str, inputs: Mapping[str, object]) -> None:
    change = {"Action": action, "ResourceRecordSet": _record_set(inputs)}
    cloud.call(
        SERVICE, "change_resource_record_sets", HostedZoneId=text(inputs, "zoneId"), ChangeBatch={"Changes": [change]}
    )


def _record_set(inputs: Mapping[str, object]) -> dict[str, object]:
    latency, failover = items(inputs, "latencyRoutingPolicies"), items(inputs, "failoverRoutingPolicies")
    values: dict[str, object] = {
        "Name": text(inputs, "name"),
        "Type": text(inputs, "type"),
        "TTL": optional_integer(inputs, "ttl"),
        "ResourceRecords": [{"Value": value} for value in texts(inputs, "records")],
        "SetIdentifier": optional_text(inputs, "setIdentifier"),
        "HealthCheckId": optional_text(inputs, "healthCheckId"),
        "Region": text(latency[0], "region") if latency else None,
        "Failover": text(failover[0], "type") if failover else None,
    }
    return {name: value for name, value in values.items() if value is not None}
