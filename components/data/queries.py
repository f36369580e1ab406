"""Where questions to hot storage and to the archive are put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.query_settings import sealed_queries

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.data.storage import DataStorage


@dataclass(frozen=True, slots=True)
class DataQueriesArgs:
    """`scan_limit_mib`: of data that one query may read."""

    names: Names
    storage: DataStorage
    scan_limit_mib: int
    force_destroy: bool


class DataQueries(pulumi.ComponentResource):
    """An Athena workgroup of the data manager's own: its answers are under its key, in its bucket."""

    def __init__(self, name: str, args: DataQueriesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:DataQueries", name, None, opts)
        storage = args.storage
        workgroup = aws.athena.Workgroup(
            name,
            name=args.names.regional(name),
            description="Questions to hot storage and to the archive",
            force_destroy=args.force_destroy,
            configuration=sealed_queries(
                storage.results.bucket_name, storage.key_arn, args.names.account_id, args.scan_limit_mib
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"workgroupName": workgroup.name})
