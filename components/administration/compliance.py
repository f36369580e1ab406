"""What the account's resources are like, as AWS Config records it, and held against rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs, LockMode
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_roles
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, ObjectPrefix, through

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

SERVICE = "config.amazonaws.com"
READING = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
"""AWS's own policy: to describe every kind of resource takes some thousand actions, and more with each service."""
FILES = "AWSLogs"
RULES: Mapping[str, str] = MappingProxyType(
    {
        "BackupPlanMinimumFrequency": "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
        "CloudTrailEncrypted": "CLOUD_TRAIL_ENCRYPTION_ENABLED",
        "CloudTrailSigned": "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
        "CmkRotated": "CMK_BACKING_KEY_ROTATION_ENABLED",
        "KeysNotBeingDeleted": "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
        "TablesEncrypted": "DYNAMODB_TABLE_ENCRYPTED_KMS",
        "TablesRestorable": "DYNAMODB_PITR_ENABLED",
        "TablesProtected": "DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED",
        "FunctionsNotPublic": "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
        "LogsEncrypted": "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
        "BucketsEncrypted": "S3_DEFAULT_ENCRYPTION_KMS",
        "BucketsNotPublic": "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "BucketsOverTls": "S3_BUCKET_SSL_REQUESTS_ONLY",
        "BucketsVersioned": "S3_BUCKET_VERSIONING_ENABLED",
        "TopicsEncrypted": "SNS_ENCRYPTED_KMS",
        "NoSshFromEverywhere": "INCOMING_SSH_DISABLED",
        "FlowLogs": "VPC_FLOW_LOGS_ENABLED",
        "RootWithSecondFactor": "ROOT_ACCOUNT_MFA_ENABLED",
        "RootWithoutKeys": "IAM_ROOT_ACCESS_KEY_CHECK",
        "ThreatsWatched": "GUARDDUTY_ENABLED_CENTRALIZED",
    }
)
"""AWS's managed rules by a name of ours (Config Developer Guide, "List of AWS Config Managed Rules")."""


@dataclass(frozen=True, slots=True)
class ComplianceArgs:
    """`records_account`: whether this Region records what is the same in all of them (IAM): one is to do so."""

    names: Names
    region: str
    records_account: bool
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    protect: bool


class Compliance(pulumi.ComponentResource):
    """A recorder of every resource's configuration, its files in a locked bucket, and a pack of rules over it.

    An account has one recorder in a Region: one that is there already is imported.
    """

    def __init__(self, name: str, args: ComplianceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:Compliance", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(args.region, name),
                SERVICE,
                "Records the configuration of resources",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        aws.iam.RolePolicyAttachment(name, role=role.role_name, policy_arn=READING, opts=self._child)
        key = self._key(name, role)
        bucket = self._bucket(name, key)
        grants = aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document(_grants(args.region, bucket, key)),
            opts=self._child,
        )
        recording = self._record(name, role, bucket, key, grants)
        aws.cfg.ConformancePack(
            name,
            name=args.names.regional(name),
            template_body=json.dumps(_template(), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recording]),
        )
        self.register_outputs({"bucketName": bucket.bucket_name})

    def _key(self, name: str, role: ExecutionRole) -> RegionalKey:
        names, region = self._args.names, self._args.region
        through_s3 = (f"s3.{region}.amazonaws.com",)
        recorder = use_by_roles(
            "Recorder", names.account_id, (role.arn,), ("kms:Decrypt", "kms:GenerateDataKey"), through_s3
        )
        statements = (administration(names.account_id), recorder)
        return RegionalKey(
            name,
            RegionalKeyArgs(names.key_alias(name), "What Config records", statements, self._args.protect),
            self._child,
        )

    def _bucket(self, name: str, key: RegionalKey) -> Bucket:
        args = self._args
        return Bucket(
            name,
            BucketArgs(
                bucket_name=args.names.bucket("config", args.region),
                key_arn=key.arn,
                retention_days=args.retention_days,
                lock_mode=args.lock_mode,
                lock_days=args.lock_days,
                protect=args.protect,
            ),
            self._child,
        )

    def _record(
        self, name: str, role: ExecutionRole, bucket: Bucket, key: RegionalKey, grants: aws.iam.RolePolicy
    ) -> aws.cfg.RecorderStatus:
        recorder_name = self._args.names.regional(name)
        recorder = aws.cfg.Recorder(
            name,
            name=recorder_name,
            role_arn=role.arn,
            recording_group=aws.cfg.RecorderRecordingGroupArgs(
                all_supported=True, include_global_resource_types=self._args.records_account
            ),
            opts=self._child,
        )
        # Config tries whether it may write, and takes no channel without a recorder.
        channel = aws.cfg.DeliveryChannel(
            name,
            name=recorder_name,
            s3_bucket_name=bucket.bucket_name,
            s3_kms_key_arn=key.arn,
            snapshot_delivery_properties=aws.cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs(
                delivery_frequency="Six_Hours"
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[recorder, grants]),
        )
        return aws.cfg.RecorderStatus(
            name,
            name=recorder.name,
            is_enabled=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[channel]),
        )


def _grants(region: str, bucket: Bucket, key: RegionalKey) -> list[Statement]:
    return [
        Statement("Deliver", "Allow", ("s3:PutObject",), (ObjectPrefix(bucket.arn, FILES),)),
        Statement("FindBucket", "Allow", ("s3:GetBucketAcl", "s3:ListBucket"), (Exactly(bucket.arn),)),
        Statement(
            "Seal",
            "Allow",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            (Exactly(key.arn),),
            conditions=(through(region, "s3"),),
        ),
    ]


def _template() -> dict[str, object]:
    return {
        "Resources": {
            name: {
                "Type": "AWS::Config::ConfigRule",
                "Properties": {"ConfigRuleName": name, "Source": {"Owner": "AWS", "SourceIdentifier": identifier}},
            }
            for name, identifier in RULES.items()
        }
    }
