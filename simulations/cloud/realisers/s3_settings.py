"""The settings of S3 buckets that are resources of their own: each is put whole, and its id is the bucket's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import as_json_text, items, mapping, optional_text, outputs_of, renamed, text
from simulations.cloud.realisers.errors import accepting
from simulations.cloud.realisers.s3 import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE_SETTINGS = (
    GONE,
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
)
# AWS's name where it is more than the input's with a capital.
NAMES = {
    "id": "ID",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "mfa": "MFA",
    "mfaDelete": "MFADelete",
    "replicaKmsKeyId": "ReplicaKmsKeyID",
    "sseAlgorithm": "SSEAlgorithm",
}


@dataclass(frozen=True, slots=True)
class BucketSetting(PutAgain):
    """One setting of a bucket: how it is put, and how it is taken away."""

    type: str
    put: Callable[[Cloud, str, Inputs], object]
    remove: Callable[[Cloud, str], object]
    replace_on: ClassVar[frozenset[str]] = frozenset({"bucket"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the setting; one that is there is overwritten."""
        bucket = text(inputs, "bucket")
        self.put(cloud, bucket, inputs)
        return Realised(bucket, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the setting away; the bucket stays."""
        del outputs
        with accepting(*GONE_SETTINGS):
            self.remove(cloud, identity)


def _put_versioning(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    settings = renamed(mapping(inputs, "versioningConfiguration"), NAMES)
    cloud.call("s3", "put_bucket_versioning", Bucket=bucket, VersioningConfiguration=settings)


def _suspend_versioning(cloud: Cloud, bucket: str) -> None:
    # A bucket with an object lock stays versioned for as long as it is there.
    with accepting("InvalidBucketState"):
        cloud.call("s3", "put_bucket_versioning", Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def _put_encryption(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    rules = renamed([*items(inputs, "rules")], NAMES)
    cloud.call("s3", "put_bucket_encryption", Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _delete_encryption(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_bucket_encryption", Bucket=bucket)


def _put_public_access_block(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    settings = {name[:1].upper() + name[1:]: bool(inputs.get(name)) for name in names}
    cloud.call("s3", "put_public_access_block", Bucket=bucket, PublicAccessBlockConfiguration=settings)


def _delete_public_access_block(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_public_access_block", Bucket=bucket)


def _put_ownership(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    rules = [renamed(mapping(inputs, "rule"), NAMES)]
    cloud.call("s3", "put_bucket_ownership_controls", Bucket=bucket, OwnershipControls={"Rules": rules})


def _delete_ownership(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_bucket_ownership_controls", Bucket=bucket)


def _put_policy(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    cloud.call("s3", "put_bucket_policy", Bucket=bucket, Policy=as_json_text(inputs, "policy"))


def _delete_policy(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_bucket_policy", Bucket=bucket)


def _put_object_lock(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    settings: dict[str, object] = {"ObjectLockEnabled": optional_text(inputs, "objectLockEnabled") or "Enabled"}
    rule = mapping(inputs, "rule")
    if rule:
        settings["Rule"] = renamed(rule, NAMES)
    cloud.call("s3", "put_object_lock_configuration", Bucket=bucket, ObjectLockConfiguration=settings)


def _unset_object_lock(cloud: Cloud, bucket: str) -> None:
    # Object lock cannot be switched off: what goes is the default retention.
    settings = {"ObjectLockEnabled": "Enabled"}
    cloud.call("s3", "put_object_lock_configuration", Bucket=bucket, ObjectLockConfiguration=settings)


def _put_lifecycle(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    rules = [_lifecycle_rule(rule) for rule in items(inputs, "rules")]
    cloud.call("s3", "put_bucket_lifecycle_configuration", Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(rule: dict[str, JsonValue]) -> JsonValue:
    # Without a filter a rule is for every object, and AWS wants that said.
    complete: dict[str, JsonValue] = rule if "prefix" in rule else {"filter": {"prefix": ""}, **rule}
    return renamed(complete, NAMES)


def _delete_lifecycle(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_bucket_lifecycle", Bucket=bucket)


def _put_replication(cloud: Cloud, bucket: str, inputs: Inputs) -> None:
    settings = {"Role": text(inputs, "role"), "Rules": renamed([*items(inputs, "rules")], NAMES)}
    cloud.call("s3", "put_bucket_replication", Bucket=bucket, ReplicationConfiguration=settings)


def _delete_replication(cloud: Cloud, bucket: str) -> None:
    cloud.call("s3", "delete_bucket_replication", Bucket=bucket)


VERSIONING = BucketSetting("aws:s3/bucketVersioning:BucketVersioning", _put_versioning, _suspend_versioning)
ENCRYPTION = BucketSetting(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    _put_encryption,
    _delete_encryption,
)
PUBLIC_ACCESS = BucketSetting(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", _put_public_access_block, _delete_public_access_block
)
OWNERSHIP = BucketSetting("aws:s3/bucketOwnershipControls:BucketOwnershipControls", _put_ownership, _delete_ownership)
POLICY = BucketSetting("aws:s3/bucketPolicy:BucketPolicy", _put_policy, _delete_policy)
OBJECT_LOCK = BucketSetting(
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", _put_object_lock, _unset_object_lock
)
LIFECYCLE = BucketSetting(
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", _put_lifecycle, _delete_lifecycle
)
REPLICATION = BucketSetting(
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig", _put_replication, _delete_replication
)
