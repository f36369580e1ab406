"""Secrets Manager: secrets, their replicas and versions. A value is never an output that may be stored."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    as_json_text,
    at,
    changed,
    flag,
    items,
    optional_integer,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"
DEFAULT_WINDOW_DAYS = 30


class Secret:
    """`aws:secretsmanager/secret:Secret`; its id is its ARN, and a secret of this name is adopted.

    MiniStack cannot take a replica away from a secret: other replicas mean another secret.
    """

    type = "aws:secretsmanager/secret:Secret"
    replace_on = frozenset({"name", "namePrefix", "replicas"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the secret without a value, or take the one of this name, also out of its deletion window."""
        name = text(inputs, "name")
        created = answer_unless(
            "ResourceExistsException",
            cloud,
            "secretsmanager",
            "create_secret",
            Name=name,
            Description=optional_text(inputs, "description"),
            KmsKeyId=optional_text(inputs, "kmsKeyId"),
            Tags=tag_list(inputs),
        )
        if created is None:
            created = cloud.call("secretsmanager", "restore_secret", SecretId=name)
        _replicate(cloud, at(created, "ARN"), inputs)
        return self.update(cloud, at(created, "ARN"), {}, inputs, {})

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring description, key, policy and tags to the new inputs."""
        del outputs
        if changed(old, new, ["description", "kmsKeyId"]):
            cloud.call(
                "secretsmanager",
                "update_secret",
                SecretId=identity,
                Description=optional_text(new, "description"),
                KmsKeyId=optional_text(new, "kmsKeyId"),
            )
        policy = as_json_text(new, "policy")
        if policy is not None and changed(old, new, ["policy"]):
            cloud.call("secretsmanager", "put_resource_policy", SecretId=identity, ResourcePolicy=policy)
        _update_tags(cloud, identity, old, new)
        return Realised(identity, outputs_of(cloud, new, {"arn": identity}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the secret after its window; at once where the window is 0."""
        window = optional_integer(outputs, "recoveryWindowInDays")
        with accepting(GONE):
            if window == 0:
                cloud.call("secretsmanager", "delete_secret", SecretId=identity, ForceDeleteWithoutRecovery=True)
            else:
                days = window or DEFAULT_WINDOW_DAYS
                cloud.call("secretsmanager", "delete_secret", SecretId=identity, RecoveryWindowInDays=days)


class SecretVersion(PutAgain):
    """`aws:secretsmanager/secretVersion:SecretVersion`; its id is `secret ARN|version id`."""

    type = "aws:secretsmanager/secretVersion:SecretVersion"
    replace_on = frozenset({"secretId", "secretString", "secretBinary"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the value as a new version."""
        binary = optional_text(inputs, "secretBinary")
        answer = cloud.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=text(inputs, "secretId"),
            SecretString=optional_text(inputs, "secretString"),
            SecretBinary=base64.b64decode(binary) if binary is not None else None,
            VersionStages=texts(inputs, "versionStages") or None,
        )
        secret_arn, version_id = at(answer, "ARN"), at(answer, "VersionId")
        stages: list[JsonValue] = [*texts(answer, "VersionStages")]
        own: dict[str, JsonValue] = {"arn": secret_arn, "versionId": version_id, "versionStages": stages}
        return Realised(f"{secret_arn}|{version_id}", outputs_of(cloud, inputs, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take every stage but AWSCURRENT off the version: AWS keeps a secret's current version with the secret."""
        secret_arn, _, version_id = identity.partition("|")
        for stage in texts(outputs, "versionStages"):
            if stage != "AWSCURRENT":
                with accepting(GONE, "InvalidParameterException"):
                    cloud.call(
                        "secretsmanager",
                        "update_secret_version_stage",
                        SecretId=secret_arn,
                        VersionStage=stage,
                        RemoveFromVersionId=version_id,
                    )


def _replicate(cloud: Cloud, secret_arn: str, inputs: Inputs) -> None:
    replicas = [
        {"Region": text(replica, "region"), "KmsKeyId": optional_text(replica, "kmsKeyId")}
        for replica in items(inputs, "replicas")
    ]
    if replicas:
        cloud.call(
            "secretsmanager",
            "replicate_secret_to_regions",
            SecretId=secret_arn,
            AddReplicaRegions=[{name: value for name, value in one.items() if value} for one in replicas],
            ForceOverwriteReplicaSecret=flag(inputs, "forceOverwriteReplicaSecret"),
        )


def _update_tags(cloud: Cloud, secret_arn: str, old: Inputs, new: Inputs) -> None:
    gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
    if gone:
        cloud.call("secretsmanager", "untag_resource", SecretId=secret_arn, TagKeys=gone)
    tags = tag_list(new)
    if tags and changed(old, new, ["tags"]):
        cloud.call("secretsmanager", "tag_resource", SecretId=secret_arn, Tags=tags)
