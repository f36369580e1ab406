"""KMS: multi-Region keys, their replicas, aliases.

MiniStack has neither automatic rotation of material nor a waiting period that ends: both are stored and reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import region_of
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import (
    changed,
    flag,
    mapping,
    optional_integer,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

# A key that is on its way out refuses a second deletion and any change.
GONE = ("NotFoundException", "KMSInvalidStateException")
SHORTEST_WINDOW_DAYS = 7


class Key:
    """`aws:kms/key:Key`; a key has no name of its own, so that nothing can be adopted."""

    type = "aws:kms/key:Key"
    replace_on = frozenset({"keyUsage", "customerMasterKeySpec", "multiRegion", "xksKeyId", "customKeyStoreId"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the key, with rotation where the inputs ask for it."""
        answer = cloud.call(
            "kms",
            "create_key",
            Description=optional_text(inputs, "description"),
            KeyUsage=optional_text(inputs, "keyUsage"),
            KeySpec=optional_text(inputs, "customerMasterKeySpec"),
            MultiRegion=flag(inputs, "multiRegion"),
            Policy=optional_text(inputs, "policy"),
            Tags=tag_list(inputs, key="TagKey", value="TagValue"),
        )
        metadata = mapping(answer, "KeyMetadata")
        key_id = text(metadata, "KeyId")
        _set_rotation(cloud, key_id, {}, inputs)
        _set_enabled(cloud, key_id, {}, inputs)
        return _realised_key(cloud, inputs, metadata)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring description, policy, rotation and tags to the new inputs."""
        _update_key(cloud, identity, old, new)
        _set_rotation(cloud, identity, old, new)
        _set_enabled(cloud, identity, old, new)
        return Realised(identity, {**outputs_of(cloud, new, _identity_outputs(outputs))})

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Schedule the deletion, as AWS deletes keys."""
        _schedule_deletion(cloud, identity, outputs)


class ReplicaKey:
    """`aws:kms/replicaKey:ReplicaKey`: the same key in another Region."""

    type = "aws:kms/replicaKey:ReplicaKey"
    replace_on = frozenset({"primaryKeyArn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Replicate the primary key into this Region, or take the replica that is there."""
        primary_key_arn = text(inputs, "primaryKeyArn")
        key_id = primary_key_arn.rpartition("/")[2]
        with accepting("AlreadyExistsException"):
            cloud.in_region(region_of(primary_key_arn)).call(
                "kms",
                "replicate_key",
                KeyId=key_id,
                ReplicaRegion=cloud.region,
                Description=optional_text(inputs, "description"),
                Policy=optional_text(inputs, "policy"),
                Tags=tag_list(inputs, key="TagKey", value="TagValue"),
            )
        _set_enabled(cloud, key_id, {}, inputs)
        return _realised_key(cloud, inputs, mapping(cloud.call("kms", "describe_key", KeyId=key_id), "KeyMetadata"))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring description, policy and tags to the new inputs."""
        _update_key(cloud, identity, old, new)
        _set_enabled(cloud, identity, old, new)
        return Realised(identity, outputs_of(cloud, new, _identity_outputs(outputs)))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Schedule the deletion of this Region's replica alone."""
        _schedule_deletion(cloud, identity, outputs)


class Alias:
    """`aws:kms/alias:Alias`; identified by its name, so that an alias that is there is pointed at the new key."""

    type = "aws:kms/alias:Alias"
    replace_on = frozenset({"name"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the alias, or point the one that is there at the target."""
        name, target = text(inputs, "name"), text(inputs, "targetKeyId")
        with accepting("AlreadyExistsException"):
            cloud.call("kms", "create_alias", AliasName=name, TargetKeyId=target)
        cloud.call("kms", "update_alias", AliasName=name, TargetKeyId=target)
        return self._realised(cloud, name, inputs)

    def update(
        self,
        cloud: Cloud,
        identity: str,
        old: Inputs,
        new: Inputs,
        outputs: Mapping[str, JsonValue],
    ) -> Realised:
        """Point the alias at the new target."""
        del old, outputs
        cloud.call("kms", "update_alias", AliasName=identity, TargetKeyId=text(new, "targetKeyId"))
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the alias; its key stays."""
        del outputs
        with accepting(*GONE):
            cloud.call("kms", "delete_alias", AliasName=identity)

    def _realised(self, cloud: Cloud, name: str, inputs: Inputs) -> Realised:
        key = mapping(cloud.call("kms", "describe_key", KeyId=name), "KeyMetadata")
        key_arn = text(key, "Arn")
        alias_arn = f"{key_arn.partition(':key/')[0]}:{name}"
        return Realised(name, outputs_of(cloud, inputs, {"arn": alias_arn, "targetKeyArn": key_arn}))


def _realised_key(cloud: Cloud, inputs: Inputs, metadata: Mapping[str, JsonValue]) -> Realised:
    key_id = text(metadata, "KeyId")
    own: dict[str, JsonValue] = {
        "arn": text(metadata, "Arn"),
        "keyId": key_id,
        "keySpec": metadata.get("KeySpec"),
        "keyUsage": metadata.get("KeyUsage"),
        "multiRegion": flag(metadata, "MultiRegion"),
    }
    return Realised(key_id, outputs_of(cloud, inputs, own))


def _identity_outputs(outputs: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: outputs.get(name) for name in ("arn", "keyId", "keySpec", "keyUsage", "multiRegion")}


def _update_key(cloud: Cloud, key_id: str, old: Inputs, new: Inputs) -> None:
    if changed(old, new, ["description"]):
        description = optional_text(new, "description") or ""
        cloud.call("kms", "update_key_description", KeyId=key_id, Description=description)
    if changed(old, new, ["policy"]) and new.get("policy"):
        cloud.call("kms", "put_key_policy", KeyId=key_id, PolicyName="default", Policy=text(new, "policy"))
    if changed(old, new, ["tags"]):
        _update_tags(cloud, key_id, old, new)


def _update_tags(cloud: Cloud, key_id: str, old: Inputs, new: Inputs) -> None:
    gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
    if gone:
        cloud.call("kms", "untag_resource", KeyId=key_id, TagKeys=gone)
    tags = tag_list(new, key="TagKey", value="TagValue")
    if tags:
        cloud.call("kms", "tag_resource", KeyId=key_id, Tags=tags)


def _set_rotation(cloud: Cloud, key_id: str, old: Inputs, new: Inputs) -> None:
    if not changed(old, new, ["enableKeyRotation", "rotationPeriodInDays"]):
        return
    if flag(new, "enableKeyRotation"):
        period = optional_integer(new, "rotationPeriodInDays")
        cloud.call("kms", "enable_key_rotation", KeyId=key_id, RotationPeriodInDays=period)
    elif flag(old, "enableKeyRotation"):
        # A new key rotates by no means, and one for MACs or signatures knows no rotation to switch off.
        cloud.call("kms", "disable_key_rotation", KeyId=key_id)


def _set_enabled(cloud: Cloud, key_id: str, old: Inputs, new: Inputs) -> None:
    before = flag(old, "isEnabled", default=flag(old, "enabled", default=True))
    after = flag(new, "isEnabled", default=flag(new, "enabled", default=True))
    if before != after:
        cloud.call("kms", "enable_key" if after else "disable_key", KeyId=key_id)


def _schedule_deletion(cloud: Cloud, key_id: str, outputs: Mapping[str, JsonValue]) -> None:
    days = optional_integer(outputs, "deletionWindowInDays") or SHORTEST_WINDOW_DAYS
    with accepting(*GONE):
        cloud.call("kms", "schedule_key_deletion", KeyId=key_id, PendingWindowInDays=days)
