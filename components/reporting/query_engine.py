"""Where questions in SQL are put to the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.reporting.datasets import Datasets

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class QueryEngineArgs:
    """`scan_limit_mib`: of data that one query may read."""

    names: Names
    datasets: Datasets
    scan_limit_mib: int
    force_destroy: bool


class QueryEngine(pulumi.ComponentResource):
    """An Athena workgroup whose settings no client replaces: where results go, under which key, how much is read."""

    workgroup_name: pulumi.Output[str]

    def __init__(self, name: str, args: QueryEngineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:QueryEngine", name, None, opts)
        sealed = aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs(
            encryption_option="SSE_KMS", kms_key_arn=args.datasets.key_arn
        )
        results = aws.athena.WorkgroupConfigurationResultConfigurationArgs(
            output_location=pulumi.Output.concat("s3://", args.datasets.results.bucket_name, "/athena/"),
            expected_bucket_owner=args.names.account_id,
            encryption_configuration=sealed,
        )
        workgroup = aws.athena.Workgroup(
            name,
            name=args.names.regional(name),
            description="Questions to the anonymised data",
            force_destroy=args.force_destroy,
            configuration=aws.athena.WorkgroupConfigurationArgs(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=args.scan_limit_mib * MEBIBYTE,
                engine_version=aws.athena.WorkgroupConfigurationEngineVersionArgs(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=results,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.workgroup_name = workgroup.name
        self.register_outputs({"workgroupName": self.workgroup_name})
