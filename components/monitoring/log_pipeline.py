"""One way of log lines: a stream that takes them, a delivery stream that batches them, a bucket that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs, LockMode, Transition
from components.blocks.firehose import LOG_STREAM, LOOKING, READING, WRITING, firehose_log_group
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, LogStreams, ObjectPrefix, through
from components.blocks.stream import StreamArgs, stream_on_demand

if TYPE_CHECKING:
    from components.blocks.naming import Names

DELIVERED, FAILED = "delivered", "failed"
"""Prefixes in the bucket."""
BATCH_MIB, BATCH_SECONDS = 128, 900
"""Firehose's most: small files cost more, in S3 and when they are asked."""
RETENTION_HOURS = 168
"""How long the stream holds lines that cannot be delivered."""
ARCHIVE_DAYS = 365
"""What nobody has read for so long moves to a tier from which it takes hours to come back."""


@dataclass(frozen=True, slots=True)
class LogPipelineArgs:
    """`unpacked`: lines one after another, each as JSON; else the compressed records as they came.

    `retention_days`, `lock_mode`, `lock_days`: of what is kept. `log_days`: of what Firehose tells of itself.
    """

    names: Names
    region: str
    key_arn: pulumi.Input[str]
    unpacked: bool
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    log_days: int
    protect: bool


class LogPipeline(pulumi.ComponentResource):
    """A stream on demand, a delivery stream, a bucket: all under one key.

    What is kept lies in the tier that its use asks for, and nobody moves it by hand.
    """

    stream_arn: pulumi.Output[str]

    def __init__(self, name: str, args: LogPipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:LogPipeline", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        stream = StreamArgs(args.names.regional(name), args.key_arn, RETENTION_HOURS, args.protect)
        self._stream = stream_on_demand(name, stream, self)
        self._bucket = self._kept()
        self._deliver()
        self.stream_arn = self._stream.arn
        self.register_outputs({"streamArn": self.stream_arn, "bucketName": self._bucket.bucket_name})

    def _kept(self) -> Bucket:
        args = self._args
        bucket = Bucket(
            self._name,
            BucketArgs(
                bucket_name=args.names.bucket(self._name, args.region),
                key_arn=args.key_arn,
                retention_days=args.retention_days,
                lock_mode=args.lock_mode,
                lock_days=args.lock_days,
                protect=args.protect,
                # Firehose has no say in the class of what it writes.
                transitions=(Transition("INTELLIGENT_TIERING", 0),),
            ),
            self._child,
        )
        aws.s3.BucketIntelligentTieringConfiguration(
            self._name,
            bucket=bucket.bucket_name,
            name="archive",
            status="Enabled",
            tierings=[
                aws.s3.BucketIntelligentTieringConfigurationTieringArgs(
                    access_tier="DEEP_ARCHIVE_ACCESS", days=ARCHIVE_DAYS
                )
            ],
            opts=self._child,
        )
        return bucket

    def _deliver(self) -> None:
        args = self._args
        errors = aws.cloudwatch.LogGroup(
            self._name,
            name=firehose_log_group(args.names, self._name),
            retention_in_days=args.log_days,
            kms_key_id=args.key_arn,
            opts=self._child,
        )
        role = ExecutionRole(
            self._name,
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, f"{self._name}-delivery"),
                service="firehose.amazonaws.com",
                description="Takes log lines from their stream to their bucket",
                for_account=args.names.account_id,
                # Firehose Developer Guide, "Allow Firehose to assume an IAM role".
                said_by="sts:ExternalId",
            ),
            self._child,
        )
        permitted = aws.iam.RolePolicy(
            self._name,
            name="grants",
            role=role.role_name,
            policy=policy_document(self._grants(errors.arn)),
            opts=self._child,
        )
        day = "!{timestamp:yyyy-MM-dd}/"
        aws.kinesis.FirehoseDeliveryStream(
            self._name,
            name=args.names.regional(self._name),
            destination="extended_s3",
            kinesis_source_configuration=aws.kinesis.FirehoseDeliveryStreamKinesisSourceConfigurationArgs(
                kinesis_stream_arn=self._stream.arn, role_arn=role.arn
            ),
            extended_s3_configuration=aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs(
                bucket_arn=self._bucket.arn,
                role_arn=role.arn,
                prefix=f"{DELIVERED}/{day}",
                error_output_prefix=f"{FAILED}/!{{firehose:error-output-type}}/{day}",
                buffering_size=BATCH_MIB,
                buffering_interval=BATCH_SECONDS,
                # CloudWatch Logs sends records that are compressed: one after another they are a gzip file.
                compression_format="GZIP" if args.unpacked else "UNCOMPRESSED",
                file_extension=".json.gz",
                kms_key_arn=args.key_arn,
                processing_configuration=_unpacking() if args.unpacked else None,
                cloudwatch_logging_options=aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgs(
                    enabled=True, log_group_name=errors.name, log_stream_name=LOG_STREAM
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _grants(self, errors_arn: pulumi.Output[str]) -> list[Statement]:
        """Firehose Developer Guide, "Controlling access with Amazon Data Firehose"."""
        bucket, key, region = self._bucket.arn, Exactly(self._args.key_arn), self._args.region
        return [
            Statement("ReadLines", "Allow", READING, (Exactly(self._stream.arn),)),
            Statement("WriteLines", "Allow", WRITING, (ObjectPrefix(bucket, DELIVERED), ObjectPrefix(bucket, FAILED))),
            Statement("LookAtBucket", "Allow", LOOKING, (Exactly(bucket),)),
            Statement("OpenLines", "Allow", ("kms:Decrypt",), (key,), conditions=(through(region, "kinesis"),)),
            Statement(
                "SealLines",
                "Allow",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (key,),
                conditions=(through(region, "s3"),),
            ),
            Statement("TellFailures", "Allow", ("logs:PutLogEvents",), (LogStreams(errors_arn),)),
        ]


def _unpacking() -> aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs:
    processor = aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgs
    parameter = aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorParameterArgs
    return aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs(
        enabled=True,
        processors=[
            processor(
                type="Decompression",
                parameters=[parameter(parameter_name="CompressionFormat", parameter_value="GZIP")],
            ),
            processor(
                type="AppendDelimiterToRecord",
                parameters=[parameter(parameter_name="Delimiter", parameter_value="\\n")],
            ),
        ],
    )
