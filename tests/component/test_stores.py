"""What must survive a Region is in two, under keys of its own, and cannot be deleted by mistake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.component.policies import allowed, statements_of
from tests.component.recording import REGIONS
from tools.migrate.plan import read_plan

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

OTHER = {"eu-west-1": "eu-west-2", "eu-west-2": "eu-west-1"}


@pytest.mark.parametrize(
    ("name", "key"), [("transactions", "transaction_id"), ("leadership", "region"), ("audit", "chain")]
)
def test_table_is_strongly_consistent_with_a_witness_when_it_is_made(
    prod: dict[str, RecordedStack], name: str, key: str
) -> None:
    table = prod["prod-foundation"].one("aws:dynamodb/table:Table", name)
    keys = prod["prod-foundation"].exports["payload_key_arns"]
    (replica,) = table.inputs["replicas"]
    assert table.region == "eu-west-1"
    assert replica["regionName"] == "eu-west-2"
    assert replica["consistencyMode"] == "STRONG"
    assert table.inputs["globalTableWitness"] == {"regionName": "eu-west-3"}
    assert table.inputs["billingMode"] == "PAY_PER_REQUEST"
    assert table.inputs["hashKey"] == key
    assert (table.inputs["serverSideEncryption"]["kmsKeyArn"], replica["kmsKeyArn"]) == tuple(keys.values())
    assert table.inputs["pointInTimeRecovery"]["enabled"] is True
    assert replica["pointInTimeRecovery"] is True
    assert table.inputs["deletionProtectionEnabled"] is True
    assert replica["deletionProtectionEnabled"] is True
    # What multi-Region strong consistency does not have.
    assert not {"ttl", "localSecondaryIndexes"} & set(table.inputs)


def test_open_transactions_are_listed_by_deadline_when_the_table_is_made(prod: dict[str, RecordedStack]) -> None:
    table = prod["prod-foundation"].one("aws:dynamodb/table:Table", "transactions")
    (index,) = table.inputs["globalSecondaryIndexes"]
    assert index["name"] == "open-by-deadline"
    assert index["keySchemas"] == [
        {"attributeName": "open_shard", "keyType": "HASH"},
        {"attributeName": "deadline", "keyType": "RANGE"},
    ]
    assert index["projectionType"] == "KEYS_ONLY"
    # DynamoDB refuses an attribute that is defined and is no key.
    assert {each["name"] for each in table.inputs["attributes"]} == {"transaction_id", "open_shard", "deadline"}


@pytest.mark.parametrize("region", REGIONS)
def test_bucket_is_private_versioned_locked_and_encrypted_when_it_is_made(
    dev: dict[str, RecordedStack], region: str
) -> None:
    stack, name = dev["dev-foundation"], f"payloads-{region}"
    bucket = stack.one("aws:s3/bucket:Bucket", name)
    shut = stack.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name).inputs
    encryption = stack.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", name
    ).inputs["rules"][0]
    lock = stack.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", name).inputs["rule"]
    assert bucket.region == region
    assert bucket.inputs["bucket"] == f"twinrail-dev-payloads-{region}-000000000000"
    assert bucket.inputs["objectLockEnabled"] is True
    assert [
        shut[each] for each in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    ] == [True] * 4
    assert stack.one("aws:s3/bucketVersioning:BucketVersioning", name).inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }
    assert encryption["bucketKeyEnabled"] is True
    assert encryption["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": stack.exports["payload_key_arns"][region],
    }
    assert lock == {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}
    assert stack.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls", name).inputs["rule"] == {
        "objectOwnership": "BucketOwnerEnforced"
    }


def test_bucket_refuses_plain_transport_and_other_keys_when_asked(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-foundation"]
    policy = statements_of(stack.one("aws:s3/bucketPolicy:BucketPolicy", "payloads-eu-west-2"))
    by_sid = {statement["Sid"]: statement for statement in policy}
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    assert set(by_sid) == {"RefusePlainTransport", "RefuseOtherEncryption", "RefuseOtherKeys"}
    assert by_sid["RefuseOtherKeys"]["Condition"] == {
        "Null": {header: ["false"]},
        "StringNotEquals": {header: [stack.exports["payload_key_arns"]["eu-west-2"]]},
    }


@pytest.mark.parametrize("region", REGIONS)
def test_answers_are_carried_over_when_written_in_either_region(dev: dict[str, RecordedStack], region: str) -> None:
    stack, other = dev["dev-foundation"], OTHER[region]
    name = f"payloads-{region}-to-{other}"
    config = stack.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", name)
    assert config.region == region
    assert config.inputs["bucket"] == stack.exports["payload_buckets"][region]
    assert config.inputs["role"] == f"arn:aws:iam::000000000000:role/twinrail-dev-{region}-payload-replication"
    assert [rule["filter"]["prefix"] for rule in config.inputs["rules"]] == ["outgoing/", "refused/"]
    for rule in config.inputs["rules"]:
        assert rule["destination"]["bucket"] == stack.exports["payload_bucket_arns"][other]
        assert rule["destination"]["encryptionConfiguration"] == {
            "replicaKmsKeyId": stack.exports["payload_key_arns"][other]
        }
        assert rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"]["status"] == "Enabled"
    versioning = " ".join(config.dependencies)
    assert all(f"BucketVersioning::payloads-{each}" in versioning for each in REGIONS)


def test_replication_may_only_read_here_and_write_there_when_it_runs(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-foundation"]
    granted = allowed(stack.one("aws:iam/rolePolicy:RolePolicy", "payloads-eu-west-1-to-eu-west-2"))
    here, there = (stack.exports["payload_bucket_arns"][region] for region in REGIONS)
    keys = stack.exports["payload_key_arns"]
    assert granted["s3:GetReplicationConfiguration"] == {here}
    assert granted["s3:GetObjectVersionForReplication"] == {f"{here}/outgoing/*", f"{here}/refused/*"}
    assert granted["s3:ReplicateObject"] == {f"{there}/outgoing/*", f"{there}/refused/*"}
    assert granted["kms:Decrypt"] == {keys["eu-west-1"]}
    assert granted["kms:Encrypt"] == {keys["eu-west-2"]}
    assert not {"s3:PutObject", "s3:DeleteObject", "s3:ReplicateDelete"} & set(granted)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_lifecycle_keeps_an_object_at_least_as_long_as_its_lock_when_it_ages(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    stack, name = stacks[f"{environment}-foundation"], "payloads-eu-west-1"
    lock = stack.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", name).inputs["rule"]
    rule = stack.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", name).inputs["rules"][0]
    locked_days = lock["defaultRetention"]["days"]
    assert rule["expiration"]["days"] >= locked_days
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] >= locked_days


def test_ledger_is_a_pair_of_peered_clusters_with_a_witness_when_it_is_made(prod: dict[str, RecordedStack]) -> None:
    foundation = prod["prod-foundation"]
    clusters = foundation.of("aws:dsql/cluster:Cluster")
    arns = {each.region: each.outputs["arn"] for each in clusters.values()}
    assert set(arns) == set(REGIONS)
    for region, cluster in ((each.region, each) for each in clusters.values()):
        peering = foundation.one("aws:dsql/clusterPeering:ClusterPeering", f"ledger-{region}")
        assert cluster.inputs["multiRegionProperties"] == {"witnessRegion": "eu-west-3"}
        assert cluster.inputs["kmsEncryptionKey"] == foundation.exports["payload_key_arns"][region]
        assert cluster.inputs["deletionProtectionEnabled"] is True
        assert cluster.protect
        assert (peering.region, peering.inputs["identifier"]) == (region, cluster.outputs["identifier"])
        assert peering.inputs["clusters"] == [arns[OTHER[region]]]
        assert peering.inputs["witnessRegion"] == "eu-west-3"


def test_migration_is_told_who_keeps_the_books_and_who_has_accounts_when_the_foundation_exports(
    prod: dict[str, RecordedStack],
) -> None:
    plan = read_plan(json.dumps(prod["prod-foundation"].exports["ledger"]))
    names = {arn.rpartition("/")[2] for arn in plan.role_arns}
    keepers = ("processing", "releasing", "timeout", "recover")
    assert names == {f"twinrail-prod-{region}-{name}" for region in REGIONS for name in keepers}
    assert set(plan.caps_minor) == {"TWRLGB2L", "RAILFRPP"}
    assert plan.user == "twinrail_ledger"
    assert plan.observer == "twinrail_observer"
    observers = {arn.rpartition("/")[2] for arn in plan.observer_role_arns}
    assert observers == {f"twinrail-prod-{region}-health" for region in REGIONS}
