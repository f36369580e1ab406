"""What is written to a bucket in one Region, carried to the bucket of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, ObjectPrefix, through

if TYPE_CHECKING:
    from components.blocks.bucket import Bucket

# Objects under a lock take the two last (S3 User Guide, "Setting up permissions for live replication").
_READ_SOURCE = (
    "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging",
    "s3:GetObjectRetention", "s3:GetObjectLegalHold",
)  # fmt: skip
_WRITE_REPLICA = ("s3:ReplicateObject", "s3:ReplicateTags")


@dataclass(frozen=True, slots=True)
class ReplicationEnd:
    """A bucket, its Region, and the key of that Region."""

    region: str
    bucket: Bucket
    key_arn: pulumi.Input[str]


@dataclass(frozen=True, slots=True)
class ReplicationArgs:
    """`prefixes`: which objects are carried over, by the first part of their key, without a slash."""

    source: ReplicationEnd
    destination: ReplicationEnd
    prefixes: tuple[str, ...]
    role_name: pulumi.Input[str]
    role_arn: pulumi.Input[str]


class Replication(pulumi.ComponentResource):
    """One direction of replication between two buckets, with a role that may do this and nothing else.

    Delete markers stay where they were set: who deletes in one Region has not deleted in the other.
    """

    def __init__(self, name: str, args: ReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:Replication", name, None, opts)
        granted = aws.iam.RolePolicy(
            name,
            name="replication",
            role=args.role_name,
            policy=policy_document(replication_statements(args)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketReplicationConfig(
            name,
            bucket=args.source.bucket.bucket_name,
            role=args.role_arn,
            rules=[_rule(args, prefix, priority) for priority, prefix in enumerate(args.prefixes, start=1)],
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[granted, args.source.bucket.versioned, args.destination.bucket.versioned]
            ),
        )
        self.register_outputs({})


def replication_statements(args: ReplicationArgs) -> list[Statement]:
    """What the replication role may do: read versions here, write replicas there, each under its Region's key."""
    source, destination = args.source, args.destination
    here = tuple(ObjectPrefix(source.bucket.arn, prefix) for prefix in args.prefixes)
    there = tuple(ObjectPrefix(destination.bucket.arn, prefix) for prefix in args.prefixes)
    return [
        Statement(
            "ReadConfiguration",
            "Allow",
            ("s3:GetReplicationConfiguration", "s3:ListBucket"),
            (Exactly(source.bucket.arn),),
        ),
        Statement("ReadVersions", "Allow", _READ_SOURCE, here),
        Statement("WriteReplicas", "Allow", _WRITE_REPLICA, there),
        _through_s3("DecryptHere", "kms:Decrypt", source),
        _through_s3("EncryptThere", "kms:Encrypt", destination),
    ]


def _through_s3(sid: str, action: str, end: ReplicationEnd) -> Statement:
    return Statement(sid, "Allow", (action,), (Exactly(end.key_arn),), conditions=(through(end.region, "s3"),))


def _rule(args: ReplicationArgs, prefix: str, priority: int) -> aws.s3.BucketReplicationConfigRuleArgs:
    return aws.s3.BucketReplicationConfigRuleArgs(
        id=prefix,
        status="Enabled",
        priority=priority,
        filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=f"{prefix}/"),
        delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status="Disabled"),
        source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
            sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                status="Enabled"
            )
        ),
        destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
            bucket=args.destination.bucket.arn,
            encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                replica_kms_key_id=args.destination.key_arn
            ),
        ),
    )
