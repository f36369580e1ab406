"""Buckets carry their settings, and objects travel to the other Region."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import at, items, mapping

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ENABLED: dict[str, JsonValue] = {"status": "Enabled"}


def bucket_with_versions(create: Create, name: str, cloud: Cloud) -> str:
    create(BUCKET, {"bucket": name, "forceDestroy": True, "objectLockEnabled": True}, cloud)
    create(VERSIONING, {"bucket": name, "versioningConfiguration": ENABLED}, cloud)
    return name


def test_bucket_lies_in_its_region_when_it_is_created(away: Cloud, create: Create, unique: str) -> None:
    bucket = create(BUCKET, {"bucket": unique, "tags": {"owner": "payments"}}, away)
    assert away.call("s3", "get_bucket_location", Bucket=unique)["LocationConstraint"] == away.region
    assert away.call("s3", "get_bucket_tagging", Bucket=unique)["TagSet"] == [{"Key": "owner", "Value": "payments"}]
    assert bucket.outputs["bucketRegionalDomainName"] == f"{unique}.s3.{away.region}.amazonaws.com"


def test_bucket_reports_every_setting_when_all_are_put(home: Cloud, create: Create, unique: str) -> None:
    key_arn = f"arn:aws:kms:{home.region}:{home.account_id}:key/payload"
    bucket_with_versions(create, unique, home)
    by_key: dict[str, JsonValue] = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key_arn}
    rules: list[JsonValue] = [{"applyServerSideEncryptionByDefault": by_key, "bucketKeyEnabled": True}]
    create(ENCRYPTION, {"bucket": unique, "rules": rules})
    create(PUBLIC_ACCESS, {"bucket": unique, "blockPublicAcls": True, "restrictPublicBuckets": True})
    create(OWNERSHIP, {"bucket": unique, "rule": {"objectOwnership": "BucketOwnerEnforced"}})
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{unique}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Sid": "nobody"}]})
    create(POLICY, {"bucket": unique, "policy": policy})
    create(LOCK, {"bucket": unique, "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1.0}}})
    kept: list[JsonValue] = [
        {
            "id": "retention",
            "status": "Enabled",
            "expiration": {"days": 7.0},
            "noncurrentVersionExpiration": {"noncurrentDays": 7.0},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1.0},
        }
    ]
    create(LIFECYCLE, {"bucket": unique, "rules": kept})

    encryption = home.call("s3", "get_bucket_encryption", Bucket=unique)
    [rule] = items(mapping(encryption, "ServerSideEncryptionConfiguration"), "Rules")
    assert at(rule, "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID") == key_arn
    assert rule["BucketKeyEnabled"] is True
    access = mapping(home.call("s3", "get_public_access_block", Bucket=unique), "PublicAccessBlockConfiguration")
    assert (access["BlockPublicAcls"], access["BlockPublicPolicy"]) == (True, False)
    controls = mapping(home.call("s3", "get_bucket_ownership_controls", Bucket=unique), "OwnershipControls")
    assert items(controls, "Rules") == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert json.loads(at(home.call("s3", "get_bucket_policy", Bucket=unique), "Policy")) == json.loads(policy)
    lock = mapping(home.call("s3", "get_object_lock_configuration", Bucket=unique), "ObjectLockConfiguration")
    assert mapping(mapping(lock, "Rule"), "DefaultRetention") == {"Mode": "GOVERNANCE", "Days": 1}
    [lifecycle] = items(home.call("s3", "get_bucket_lifecycle_configuration", Bucket=unique), "Rules")
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert lifecycle["ID"] == "retention"


def test_object_is_in_the_other_region_when_its_prefix_is_replicated(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    source = bucket_with_versions(create, f"{unique[:40]}-here", home)
    target = bucket_with_versions(create, f"{unique[:40]}-there", away)
    key_arn = f"arn:aws:kms:{away.region}:{away.account_id}:key/payload"
    rule: dict[str, JsonValue] = {
        "id": "outgoing",
        "priority": 1.0,
        "status": "Enabled",
        "filter": {"prefix": "outgoing/"},
        "deleteMarkerReplication": {"status": "Disabled"},
        "sourceSelectionCriteria": {"sseKmsEncryptedObjects": ENABLED},
        "destination": {
            "bucket": f"arn:aws:s3:::{target}",
            "encryptionConfiguration": {"replicaKmsKeyId": key_arn},
        },
    }
    role = f"arn:aws:iam::{home.account_id}:role/replication"
    inputs: dict[str, JsonValue] = {"bucket": source, "role": role, "rules": [rule]}
    replication = create(REPLICATION, inputs)
    home.call("s3", "put_object", Bucket=source, Key="outgoing/1", Body=b"pacs.002")
    home.call("s3", "put_object", Bucket=source, Key="incoming/1", Body=b"pacs.008")
    replica = away.call("s3", "head_object", Bucket=target, Key="outgoing/1")
    assert replica["ReplicationStatus"] == "REPLICA"
    with pytest.raises(ClientError, match="404"):
        away.call("s3", "head_object", Bucket=target, Key="incoming/1")

    REALISERS[REPLICATION].delete(home, replication.id, replication.outputs)
    home.call("s3", "put_object", Bucket=source, Key="outgoing/2", Body=b"pacs.002")
    with pytest.raises(ClientError, match="404"):
        away.call("s3", "head_object", Bucket=target, Key="outgoing/2")


def test_objects_go_with_the_bucket_when_it_may_be_destroyed(home: Cloud, create: Create, unique: str) -> None:
    bucket_with_versions(create, unique, home)
    for body in (b"one", b"two"):
        home.call("s3", "put_object", Bucket=unique, Key="incoming/1", Body=body)
    home.call("s3", "delete_object", Bucket=unique, Key="incoming/1")
    REALISERS[BUCKET].delete(home, unique, {"forceDestroy": True})
    with pytest.raises(ClientError, match="404"):
        home.call("s3", "head_bucket", Bucket=unique)


def test_bucket_refuses_deletion_when_objects_are_in_it(home: Cloud, create: Create, unique: str) -> None:
    bucket_with_versions(create, unique, home)
    home.call("s3", "put_object", Bucket=unique, Key="incoming/1", Body=b"one")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        REALISERS[BUCKET].delete(home, unique, {})


def test_setting_is_taken_away_when_it_is_deleted(home: Cloud, create: Create, unique: str) -> None:
    create(BUCKET, {"bucket": unique})
    policy = create(POLICY, {"bucket": unique, "policy": json.dumps({"Version": "2012-10-17", "Statement": []})})
    REALISERS[POLICY].delete(home, policy.id, policy.outputs)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        home.call("s3", "get_bucket_policy", Bucket=unique)


def test_objects_stay_when_a_crashed_run_left_the_bucket_behind(home: Cloud, create: Create, unique: str) -> None:
    bucket_with_versions(create, unique, home)
    home.call("s3", "put_object", Bucket=unique, Key="incoming/1", Body=b"one")
    REALISERS[BUCKET].create(home, {"bucket": unique, "objectLockEnabled": True})
    assert items(home.call("s3", "list_objects_v2", Bucket=unique), "Contents")[0]["Key"] == "incoming/1"
