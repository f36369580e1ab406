"""DynamoDB: tables and their replicas.

MiniStack knows no multi-Region strong consistency and no witness: a replica of either consistency mode is realised as a
plain one, whose writes are there at once in practice, and a witness is echoed and nothing more. What only strong
consistency decides (two Regions writing the same item in the same instant) cannot be seen here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import (
    changed,
    flag,
    items,
    mapping,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts_by_name,
)
from simulations.cloud.realisers.dynamodb_definition import definition, encryption, stream, throughput
from simulations.cloud.realisers.dynamodb_replicas import (
    create_replica,
    delete_replica,
    replica_regions,
    set_protection,
    update_recovery,
    update_replicas,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"
EXISTS = "ResourceInUseException"
REPLACED = ("hashKey", "rangeKey", "localSecondaryIndexes", "attributes", "globalSecondaryIndexes")


class Table:
    """`aws:dynamodb/table:Table`, with its replicas.

    A change of keys, attributes or indexes replaces the table: the embedded cloud keeps nothing worth migrating.
    """

    type = "aws:dynamodb/table:Table"
    replace_on = frozenset({"name", *REPLACED})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the table and its replicas, or bring the one of this name to the inputs."""
        name = text(inputs, "name")
        with accepting(EXISTS):
            cloud.call("dynamodb", "create_table", TableName=name, **definition(inputs))
        return self.update(cloud, name, {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring stream, billing, recovery, time to live, replicas and tags to the new inputs."""
        del outputs
        _update_settings(cloud, identity, old, new)
        update_recovery(cloud, identity, new)
        _update_time_to_live(cloud, identity, new)
        update_replicas(cloud, identity, new)
        _update_tags(cloud, identity, old, new)
        return _realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the replicas, then the table; a table under deletion protection refuses."""
        del outputs
        with accepting(GONE):
            for region in replica_regions(cloud, identity):
                delete_replica(cloud, identity, region)
            cloud.call("dynamodb", "delete_table", TableName=identity)


class TableReplica:
    """`aws:dynamodb/tableReplica:TableReplica`: a replica as a resource of its own, in the Region of its provider."""

    type = "aws:dynamodb/tableReplica:TableReplica"
    replace_on = frozenset({"globalTableArn", "kmsKeyArn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Add this Region to the table, or take the replica that is there."""
        table_arn = text(inputs, "globalTableArn")
        name, home = table_arn.rpartition("/")[2], table_arn.split(":")[3]
        create_replica(cloud.in_region(home), name, cloud.region)
        return self.update(cloud, f"{name}:{home}", {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring recovery, deletion protection and tags of the replica to the new inputs."""
        del outputs
        name = identity.partition(":")[0]
        recovery = {"pointInTimeRecovery": {"enabled": flag(new, "pointInTimeRecovery")}}
        update_recovery(cloud, name, recovery)
        set_protection(cloud, name, old, new)
        _update_tags(cloud, name, old, new)
        replica_arn = arn("dynamodb", cloud.region, cloud.account_id, f"table/{name}")
        return Realised(identity, outputs_of(cloud, new, {"arn": replica_arn}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take this Region out of the table."""
        del outputs
        name, _, home = identity.partition(":")
        with accepting(GONE):
            if cloud.region in replica_regions(cloud.in_region(home), name):
                delete_replica(cloud.in_region(home), name, cloud.region)


def _update_settings(cloud: Cloud, name: str, old: Inputs, new: Inputs) -> None:
    # A table that was just made, or adopted, has no old inputs: its definition carries all but what is compared here.
    if old and changed(old, new, ["streamEnabled", "streamViewType"]):
        wanted = stream(new) or {"StreamEnabled": False}
        cloud.call("dynamodb", "update_table", TableName=name, StreamSpecification=wanted)
    if old and changed(old, new, ["billingMode", "readCapacity", "writeCapacity"]):
        billing = optional_text(new, "billingMode") or "PROVISIONED"
        capacity = throughput(new)
        cloud.call("dynamodb", "update_table", TableName=name, BillingMode=billing, ProvisionedThroughput=capacity)
    if old and changed(old, new, ["serverSideEncryption"]):
        settings = encryption(mapping(new, "serverSideEncryption")) or {"Enabled": False}
        cloud.call("dynamodb", "update_table", TableName=name, SSESpecification=settings)
    set_protection(cloud, name, old, new)


def _update_time_to_live(cloud: Cloud, name: str, new: Inputs) -> None:
    wanted = mapping(new, "ttl")
    there = mapping(cloud.call("dynamodb", "describe_time_to_live", TableName=name), "TimeToLiveDescription")
    enabled = there.get("TimeToLiveStatus") == "ENABLED"
    # AWS refuses to set what is set already.
    if enabled != flag(wanted, "enabled"):
        attribute = optional_text(wanted, "attributeName") or optional_text(there, "AttributeName")
        specification = {"Enabled": not enabled, "AttributeName": attribute}
        cloud.call("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=specification)


def _update_tags(cloud: Cloud, name: str, old: Inputs, new: Inputs) -> None:
    if not changed(old, new, ["tags"]):
        return
    table_arn = arn("dynamodb", cloud.region, cloud.account_id, f"table/{name}")
    gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
    if gone:
        cloud.call("dynamodb", "untag_resource", ResourceArn=table_arn, TagKeys=gone)
    tags = tag_list(new)
    if tags:
        cloud.call("dynamodb", "tag_resource", ResourceArn=table_arn, Tags=tags)


def _realised(cloud: Cloud, name: str, inputs: Inputs) -> Realised:
    table = mapping(cloud.call("dynamodb", "describe_table", TableName=name), "Table")
    own: dict[str, JsonValue] = {
        "arn": text(table, "TableArn"),
        "streamArn": optional_text(table, "LatestStreamArn"),
        "streamLabel": optional_text(table, "LatestStreamLabel"),
    }
    if "replicas" in inputs:
        own["replicas"] = [_replica_outputs(cloud, name, replica) for replica in items(inputs, "replicas")]
    return Realised(name, outputs_of(cloud, inputs, own))


def _replica_outputs(cloud: Cloud, name: str, replica: dict[str, JsonValue]) -> JsonValue:
    region = cloud.in_region(text(replica, "regionName"))
    table = mapping(region.call("dynamodb", "describe_table", TableName=name), "Table")
    return {
        **replica,
        "arn": text(table, "TableArn"),
        "streamArn": optional_text(table, "LatestStreamArn"),
        "streamLabel": optional_text(table, "LatestStreamLabel"),
    }
