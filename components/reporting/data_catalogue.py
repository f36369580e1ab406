"""What the data is: its tables in the Glue Data Catalog, and the crawler that finds new partitions."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn
from components.blocks.payment_columns import PAYMENT_COLUMNS
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, LogStreams, ObjectPrefix, through
from components.reporting.datasets import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names
    from components.reporting.datasets import Datasets

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **PAYMENT_COLUMNS,
        "accepted_at": "timestamp",
        "ended_at": "timestamp",
    }
)
PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
PARQUET_FORM = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


@dataclass(frozen=True, slots=True)
class DataCatalogueArgs:
    """`datasets`: whose data it describes."""

    names: Names
    region: str
    datasets: Datasets


class DataCatalogue(pulumi.ComponentResource):
    """A database with the table of payments, by day; a crawler that adds each day's partition at night.

    The crawler changes no column: a schema that grew by itself would be nobody's decision.
    """

    database_name: pulumi.Output[str]

    def __init__(self, name: str, args: DataCatalogueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:DataCatalogue", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        database = aws.glue.CatalogDatabase(
            name,
            name=args.names.regional("reporting").replace("-", "_"),
            description="Payments without names",
            opts=self._child,
        )
        self.database_name = database.name
        location = pulumi.Output.concat("s3://", args.datasets.data.bucket_name, f"/{PAYMENTS}/")
        table = self._table(database, location)
        self._crawl(name, database, table)
        self.register_outputs({"databaseName": self.database_name})

    def _table(self, database: aws.glue.CatalogDatabase, location: pulumi.Output[str]) -> aws.glue.CatalogTable:
        columns = [
            aws.glue.CatalogTableStorageDescriptorColumnArgs(name=column, type=kind) for column, kind in COLUMNS.items()
        ]
        form = aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(serialization_library=PARQUET_FORM)
        return aws.glue.CatalogTable(
            PAYMENTS,
            name=PAYMENTS,
            database_name=database.name,
            table_type="EXTERNAL_TABLE",
            parameters={"classification": "parquet"},
            partition_keys=[aws.glue.CatalogTablePartitionKeyArgs(name="day", type="date")],
            storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
                location=location,
                columns=columns,
                input_format=PARQUET_INPUT,
                output_format=PARQUET_OUTPUT,
                ser_de_info=form,
            ),
            opts=self._child,
        )

    def _crawl(self, name: str, database: aws.glue.CatalogDatabase, table: aws.glue.CatalogTable) -> None:
        names, region = self._args.names, self._args.region
        role = ExecutionRole(
            "crawler",
            ExecutionRoleArgs(names.role(region, "crawler"), "glue.amazonaws.com", "Finds new partitions of the data"),
            self._child,
        )
        permitted = aws.iam.RolePolicy(
            "crawler",
            name="grants",
            role=role.role_name,
            policy=policy_document(self._grants(database)),
            opts=self._child,
        )
        sealed = self._sealed(names)
        aws.glue.Crawler(
            name,
            name=names.regional("crawler"),
            database_name=database.name,
            role=role.arn,
            schedule="cron(15 2 * * ? *)",
            security_configuration=sealed.name,
            catalog_targets=[aws.glue.CrawlerCatalogTargetArgs(database_name=database.name, tables=[table.name])],
            # With a table of the catalogue as its target, a crawler may not delete what is gone (Glue API, Crawler).
            schema_change_policy=aws.glue.CrawlerSchemaChangePolicyArgs(delete_behavior="LOG", update_behavior="LOG"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _sealed(self, names: Names) -> aws.glue.SecurityConfiguration:
        key = self._args.datasets.key_arn
        encryption = aws.glue.SecurityConfigurationEncryptionConfigurationArgs(
            # A crawler logs paths and counts, in a group that all of the account's crawlers share.
            cloudwatch_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationCloudwatchEncryptionArgs(
                cloudwatch_encryption_mode="DISABLED"
            ),
            job_bookmarks_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationJobBookmarksEncryptionArgs(
                job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=key
            ),
            s3_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationS3EncryptionArgs(
                s3_encryption_mode="SSE-KMS", kms_key_arn=key
            ),
        )
        return aws.glue.SecurityConfiguration(
            "datasets", name=names.regional("datasets"), encryption_configuration=encryption, opts=self._child
        )

    def _grants(self, database: aws.glue.CatalogDatabase) -> list[Statement]:
        region, data = self._args.region, self._args.datasets.data
        account = self._args.names.account_id

        def glue(resource: pulumi.Input[str]) -> Exactly:
            return Exactly(pulumi.Output.concat(arn("glue", region, account, ""), resource))

        tables = (
            glue("catalog"),
            glue(pulumi.Output.concat("database/", database.name)),
            glue(pulumi.Output.concat("table/", database.name, f"/{PAYMENTS}")),
        )
        group = arn("logs", region, account, "log-group:/aws-glue/crawlers")
        actions = (
            "glue:BatchCreatePartition",
            "glue:BatchGetPartition",
            "glue:GetDatabase",
            "glue:GetTable",
            "glue:UpdateTable",
        )
        return [
            Statement("ReadData", "Allow", ("s3:GetObject",), (ObjectPrefix(data.arn, PAYMENTS),)),
            Statement("ListData", "Allow", ("s3:ListBucket",), (Exactly(data.arn),)),
            Statement(
                "OpenData",
                "Allow",
                ("kms:Decrypt",),
                (Exactly(self._args.datasets.key_arn),),
                conditions=(through(self._args.region, "s3"),),
            ),
            Statement("Describe", "Allow", actions, tables),
            Statement("WriteLog", "Allow", ("logs:CreateLogStream", "logs:PutLogEvents"), (LogStreams(group),)),
        ]
