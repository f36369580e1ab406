"""What carries the stream to a bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.firehose import LOG_STREAM, firehose_log_group
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import policy_document
from components.data.delivery_form import BY_DAY, FAILED, converted
from components.data.delivery_grants import delivery_grants

if TYPE_CHECKING:
    from components.blocks.bucket import Bucket
    from components.blocks.naming import Names
    from components.data.stream import DataStream
    from components.data.tables import DataTables

BUFFER_MIB = 128
BUFFER_SECONDS = 300
LATE_SECONDS = 3_600
"""After this, what is waiting is worth a look: twelve times what a buffer waits."""


@dataclass(frozen=True, slots=True)
class DeliveryArgs:
    """`prefix`: of the objects' keys. `tables`: whose columns are written, as Parquet; None for all of it, as JSON."""

    names: Names
    region: str
    stream: DataStream
    bucket: Bucket
    prefix: str
    key_arn: pulumi.Input[str]
    log_retention_days: int
    tables: DataTables | None = None


class Delivery(pulumi.ComponentResource):
    """A Firehose from the stream to a bucket, by day; what cannot be delivered is beside it, and logged.

    It has a role that reads the one stream and writes under the one prefix. An alarm sounds when records are late.
    """

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:Delivery", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(args.region, name),
                "firehose.amazonaws.com",
                "Carries the stream of payment data to a bucket",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        group = aws.cloudwatch.LogGroup(
            name,
            name=firehose_log_group(args.names, name),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.key_arn,
            opts=self._child,
        )
        log_stream = aws.cloudwatch.LogStream(name, name=LOG_STREAM, log_group_name=group.name, opts=self._child)
        permitted = aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document(delivery_grants(args, group.arn)),
            opts=self._child,
        )
        firehose = aws.kinesis.FirehoseDeliveryStream(
            name,
            name=args.names.regional(name),
            destination="extended_s3",
            kinesis_source_configuration=aws.kinesis.FirehoseDeliveryStreamKinesisSourceConfigurationArgs(
                kinesis_stream_arn=args.stream.arn, role_arn=role.arn
            ),
            extended_s3_configuration=self._destination(role, group, log_stream),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        self._alarm(firehose)
        self.register_outputs({"arn": firehose.arn})

    def _destination(
        self, role: ExecutionRole, group: aws.cloudwatch.LogGroup, log_stream: aws.cloudwatch.LogStream
    ) -> aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs:
        args = self._args
        logging = aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgs(
            enabled=True, log_group_name=group.name, log_stream_name=log_stream.name
        )
        return aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgs(
            bucket_arn=args.bucket.arn,
            role_arn=role.arn,
            kms_key_arn=args.key_arn,
            prefix=f"{args.prefix}/{BY_DAY}/",
            error_output_prefix=f"{FAILED}/!{{firehose:error-output-type}}/{BY_DAY}/",
            buffering_size=BUFFER_MIB,
            buffering_interval=BUFFER_SECONDS,
            compression_format="GZIP" if args.tables is None else "UNCOMPRESSED",
            cloudwatch_logging_options=logging,
            data_format_conversion_configuration=None
            if args.tables is None
            else converted(args.tables, role.arn, args.region),
        )

    def _alarm(self, firehose: aws.kinesis.FirehoseDeliveryStream) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-late",
            name=self._args.names.regional(f"{self._name}-late"),
            alarm_description="Payment data waits to be delivered. Look at the delivery's log.",
            namespace="AWS/Firehose",
            metric_name="DeliveryToS3.DataFreshness",
            dimensions={"DeliveryStreamName": firehose.name},
            statistic="Maximum",
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=LATE_SECONDS,
            treat_missing_data="notBreaching",
            opts=self._child,
        )
