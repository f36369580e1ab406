"""What a delivery may do (Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.blocks.firehose import LOOKING, READING, WRITING
from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Exactly, LogStreams, ObjectPrefix, through
from components.data.delivery_form import FAILED

if TYPE_CHECKING:
    from components.data.delivery import DeliveryArgs

SCHEMA = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")


def delivery_grants(args: DeliveryArgs, log_group_arn: pulumi.Input[str]) -> list[Statement]:
    """Read the stream, write under the prefix and beside it, each through the key, and say what failed."""
    bucket, key = args.bucket.arn, Exactly(args.key_arn)
    prefixes = (ObjectPrefix(bucket, args.prefix), ObjectPrefix(bucket, FAILED))
    seal = ("kms:Decrypt", "kms:GenerateDataKey")
    grants = [
        Statement("ReadStream", "Allow", READING, (Exactly(args.stream.arn),)),
        Statement("OpenStream", "Allow", ("kms:Decrypt",), (key,), conditions=(through(args.region, "kinesis"),)),
        Statement("WriteObjects", "Allow", WRITING, prefixes),
        Statement("FindBucket", "Allow", LOOKING, (Exactly(bucket),)),
        Statement("SealObjects", "Allow", seal, (key,), conditions=(through(args.region, "s3"),)),
        Statement("SayWhatFailed", "Allow", ("logs:PutLogEvents",), (LogStreams(log_group_arn),)),
    ]
    if args.tables is not None:
        grants.append(_schema(args, args.tables.database_name, args.tables.table_name))
    return grants


def _schema(args: DeliveryArgs, database: pulumi.Output[str], table: pulumi.Output[str]) -> Statement:
    base = arn("glue", args.region, args.names.account_id, "")
    resources = (
        Exactly(f"{base}catalog"),
        Exactly(pulumi.Output.concat(base, "database/", database)),
        Exactly(pulumi.Output.concat(base, "table/", database, "/", table)),
    )
    return Statement("ReadSchema", "Allow", SCHEMA, resources)
