"""A bucket that keeps what it is given: versioned, encrypted, locked, private."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Anyone, Condition, EveryAction, EveryObject, Exactly
from components.blocks.transport import refuse_plain_transport

LockMode = Literal["GOVERNANCE", "COMPLIANCE"]
ArchiveClass = Literal["INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
ABANDONED_UPLOAD_DAYS = 1


@dataclass(frozen=True, slots=True)
class Transition:
    """After how many days an object goes to a cheaper class, from which it is had back slower."""

    storage_class: ArchiveClass
    days: int


@dataclass(frozen=True, slots=True)
class BucketArgs:
    """`retention_days`: how long an object is kept, and a version after it was overwritten. `statements`: whom the
    bucket's policy lets in, beside whom it refuses.

    At least `lock_days`, for which nobody can delete a version. `transitions`: in order, before it is deleted.
    """

    bucket_name: str
    key_arn: pulumi.Input[str]
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    protect: bool
    statements: tuple[Statement, ...] = ()
    transitions: tuple[Transition, ...] = ()


class Bucket(pulumi.ComponentResource):
    """An S3 bucket under one's own KMS key, with an object lock and everything public shut off.

    `versioned` is what has to be there before replication can be set up.
    """

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:Bucket", name, None, opts)
        bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket_name,
            object_lock_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.bucket_name = bucket.bucket
        self.arn = bucket.arn
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self.versioned = aws.s3.BucketVersioning(
            name,
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._child,
        )
        self._shut(bucket, args)
        self._encrypt(bucket, args)
        self._retain(bucket, args)
        self.register_outputs({"bucketName": self.bucket_name, "arn": self.arn})

    def _shut(self, bucket: aws.s3.Bucket, args: BucketArgs) -> None:
        shut = aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        aws.s3.BucketOwnershipControls(
            self._name,
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._child,
        )
        # S3 refuses two changes of a bucket's access settings at the same time (OperationAborted).
        aws.s3.BucketPolicy(
            self._name,
            bucket=bucket.bucket,
            policy=policy_document([*_bucket_statements(bucket.arn, args.key_arn), *args.statements]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[shut]),
        )

    def _encrypt(self, bucket: aws.s3.Bucket, args: BucketArgs) -> None:
        aws.s3.BucketServerSideEncryptionConfiguration(
            self._name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms", kms_master_key_id=args.key_arn
                    ),
                    bucket_key_enabled=True,
                )
            ],
            opts=self._child,
        )

    def _retain(self, bucket: aws.s3.Bucket, args: BucketArgs) -> None:
        after_versioning = pulumi.ResourceOptions(parent=self, depends_on=[self.versioned])
        aws.s3.BucketObjectLockConfiguration(
            self._name,
            bucket=bucket.bucket,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
                default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                    mode=args.lock_mode, days=args.lock_days
                )
            ),
            opts=after_versioning,
        )
        aws.s3.BucketLifecycleConfiguration(
            self._name,
            bucket=bucket.bucket,
            rules=_lifecycle_rules(args.retention_days, args.transitions),
            opts=after_versioning,
        )


def _bucket_statements(bucket_arn: pulumi.Output[str], key_arn: pulumi.Input[str]) -> list[Statement]:
    objects = EveryObject(bucket_arn)
    encryption = "s3:x-amz-server-side-encryption"

    def refuse(sid: str, header: str, expected: pulumi.Input[str]) -> Statement:
        # Negated operators hold for a header that is not there, where the bucket's own encryption applies: Null asks.
        named = (Condition("Null", header, ("false",)), Condition("StringNotEquals", header, (expected,)))
        return Statement(sid, "Deny", ("s3:PutObject",), (objects,), (Anyone(),), named)

    return [
        refuse_plain_transport(
            EveryAction("s3", reason="whatever S3 offers, it must not travel in clear"), Exactly(bucket_arn), objects
        ),
        refuse("RefuseOtherEncryption", encryption, "aws:kms"),
        refuse("RefuseOtherKeys", f"{encryption}-aws-kms-key-id", key_arn),
    ]


def _lifecycle_rules(
    retention_days: int, transitions: tuple[Transition, ...]
) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    cheaper = [
        aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(storage_class=each.storage_class, days=each.days)
        for each in transitions
    ]
    everything = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    return [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="retention",
            status="Enabled",
            filter=everything,
            transitions=cheaper or None,
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=retention_days),
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=retention_days
            ),
            abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABANDONED_UPLOAD_DAYS
            ),
        ),
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="lone-delete-markers",
            status="Enabled",
            filter=everything,
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
        ),
    ]
