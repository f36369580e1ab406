"""Where questions in SQL are put to the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.query_settings import sealed_queries

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.reporting.datasets import Datasets


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
        workgroup = aws.athena.Workgroup(
            name,
            name=args.names.regional(name),
            description="Questions to the anonymised data",
            force_destroy=args.force_destroy,
            configuration=sealed_queries(
                args.datasets.results.bucket_name, args.datasets.key_arn, args.names.account_id, args.scan_limit_mib
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.workgroup_name = workgroup.name
        self.register_outputs({"workgroupName": self.workgroup_name})
