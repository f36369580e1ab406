"""A DynamoDB table's replicas, and the settings that each replica has for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.documents import (
    flag,
    items,
    mapping,
    optional_flag,
    optional_integer,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs


def update_replicas(cloud: Cloud, name: str, new: Inputs) -> None:
    if "replicas" not in new:
        return
    wanted = {text(replica, "regionName"): replica for replica in items(new, "replicas")}
    there = set(replica_regions(cloud, name))
    for region in sorted(there - wanted.keys()):
        delete_replica(cloud, name, region)
    for region in sorted(wanted.keys() - there):
        create_replica(cloud, name, region)
    for region, replica in wanted.items():
        recovery = {"pointInTimeRecovery": {"enabled": flag(replica, "pointInTimeRecovery")}}
        update_recovery(cloud.in_region(region), name, recovery)
        if flag(replica, "deletionProtectionEnabled"):
            set_protection(cloud.in_region(region), name, {}, {"deletionProtectionEnabled": True})


def replica_regions(cloud: Cloud, name: str) -> list[str]:
    table = mapping(cloud.call("dynamodb", "describe_table", TableName=name), "Table")
    regions = [text(replica, "RegionName") for replica in items(table, "Replicas")]
    return [region for region in regions if region != cloud.region]


def create_replica(cloud: Cloud, name: str, region: str) -> None:
    if region not in replica_regions(cloud, name):
        update = [{"Create": {"RegionName": region}}]
        cloud.call("dynamodb", "update_table", TableName=name, ReplicaUpdates=update)


def delete_replica(cloud: Cloud, name: str, region: str) -> None:
    update = [{"Delete": {"RegionName": region}}]
    cloud.call("dynamodb", "update_table", TableName=name, ReplicaUpdates=update)


def update_recovery(cloud: Cloud, name: str, inputs: Mapping[str, object]) -> None:
    recovery = mapping(inputs, "pointInTimeRecovery")
    if not recovery:
        return
    days = optional_integer(recovery, "recoveryPeriodInDays")
    specification: dict[str, object] = {"PointInTimeRecoveryEnabled": flag(recovery, "enabled")}
    if days is not None:
        specification["RecoveryPeriodInDays"] = days
    cloud.call("dynamodb", "update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=specification)


def set_protection(cloud: Cloud, name: str, old: Inputs, new: Inputs) -> None:
    protected = optional_flag(new, "deletionProtectionEnabled") or False
    if protected != (optional_flag(old, "deletionProtectionEnabled") or False):
        cloud.call("dynamodb", "update_table", TableName=name, DeletionProtectionEnabled=protected)
