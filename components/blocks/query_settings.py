"""How questions in SQL are put: where answers go, under which key, how much may be read."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

MEBIBYTE = 1024 * 1024


def sealed_queries(
    results_bucket: pulumi.Input[str], key_arn: pulumi.Input[str], account_id: str, scan_limit_mib: int
) -> aws.athena.WorkgroupConfigurationArgs:
    """The settings of an Athena workgroup, which no client replaces."""
    sealed = aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs(
        encryption_option="SSE_KMS", kms_key_arn=key_arn
    )
    return aws.athena.WorkgroupConfigurationArgs(
        enforce_workgroup_configuration=True,
        publish_cloudwatch_metrics_enabled=True,
        bytes_scanned_cutoff_per_query=scan_limit_mib * MEBIBYTE,
        engine_version=aws.athena.WorkgroupConfigurationEngineVersionArgs(
            selected_engine_version="Athena engine version 3"
        ),
        result_configuration=aws.athena.WorkgroupConfigurationResultConfigurationArgs(
            output_location=pulumi.Output.concat("s3://", results_bucket, "/athena/"),
            expected_bucket_owner=account_id,
            encryption_configuration=sealed,
        ),
    )
