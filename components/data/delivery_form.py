"""In which form data is delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import kinesis

if TYPE_CHECKING:
    import pulumi

    from components.data.tables import DataTables

BY_DAY = "day=!{timestamp:yyyy-MM-dd}"
"""Of the day (UTC) on which a record came (Firehose Developer Guide, "Custom prefixes for Amazon S3 objects")."""
FAILED = "failed"


def converted(
    tables: DataTables, role_arn: pulumi.Input[str], region: str
) -> kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationArgs:
    """JSON records as Parquet, with the columns of the table and no others."""
    return kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationArgs(
        enabled=True,
        schema_configuration=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationSchemaConfigurationArgs(
            database_name=tables.database_name, table_name=tables.table_name, role_arn=role_arn, region=region
        ),
        input_format_configuration=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationInputFormatConfigurationArgs(
            deserializer=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationInputFormatConfigurationDeserializerArgs(
                open_x_json_ser_de=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationInputFormatConfigurationDeserializerOpenXJsonSerDeArgs(
                    case_insensitive=True
                )
            )
        ),
        output_format_configuration=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationOutputFormatConfigurationArgs(
            serializer=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationOutputFormatConfigurationSerializerArgs(
                parquet_ser_de=kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationOutputFormatConfigurationSerializerParquetSerDeArgs(
                    compression="SNAPPY"
                )
            )
        ),
    )
