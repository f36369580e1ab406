"""What hot storage holds, as a table: the columns that a record may have there."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.payment_columns import PAYMENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

EVENTS = "events"
"""The table, and the prefix of its objects."""
FIRST_DAY = "2026-01-01"
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **PAYMENT_COLUMNS,
        "occurred_at": "timestamp",
    }
)
"""What a record has beside these is not written: Firehose drops it."""
_HIVE = "org.apache.hadoop.hive.ql.io.parquet"


@dataclass(frozen=True, slots=True)
class DataTablesArgs:
    """`bucket_name`: hot storage."""

    names: Names
    bucket_name: pulumi.Input[str]


class DataTables(pulumi.ComponentResource):
    """A database with the table of events. Its days are computed from the path: no crawler has to find them."""

    database_name: pulumi.Output[str]
    table_name: pulumi.Output[str]

    def __init__(self, name: str, args: DataTablesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:DataTables", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        database = aws.glue.CatalogDatabase(
            name,
            name=args.names.regional("data").replace("-", "_"),
            description="What hot storage holds of payments",
            opts=child,
        )
        location = pulumi.Output.concat("s3://", args.bucket_name, f"/{EVENTS}/")
        columns = [
            aws.glue.CatalogTableStorageDescriptorColumnArgs(name=column, type=kind) for column, kind in COLUMNS.items()
        ]
        table = aws.glue.CatalogTable(
            EVENTS,
            name=EVENTS,
            database_name=database.name,
            table_type="EXTERNAL_TABLE",
            parameters={
                "classification": "parquet",
                "projection.enabled": "true",
                "projection.day.type": "date",
                "projection.day.format": "yyyy-MM-dd",
                "projection.day.range": f"{FIRST_DAY},NOW",
                "storage.location.template": pulumi.Output.concat(location, "day=${day}/"),
            },
            partition_keys=[aws.glue.CatalogTablePartitionKeyArgs(name="day", type="string")],
            storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
                location=location,
                columns=columns,
                input_format=f"{_HIVE}.MapredParquetInputFormat",
                output_format=f"{_HIVE}.MapredParquetOutputFormat",
                ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(
                    serialization_library=f"{_HIVE}.serde.ParquetHiveSerDe"
                ),
            ),
            opts=child,
        )
        self.database_name, self.table_name = database.name, table.name
        self.register_outputs({"databaseName": self.database_name, "tableName": self.table_name})
