"""What every Firehose from a stream to a bucket needs (Firehose Developer Guide, "Controlling access")."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.blocks.naming import Names

READING = ("kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
"""Of the stream."""
WRITING = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")
"""Of objects."""
LOOKING = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
"""Of the bucket."""
LOG_STREAM = "delivery"
"""In the log group."""


def firehose_log_group(names: Names, name: str) -> str:
    """Where Firehose says what it could not deliver."""
    return f"/aws/kinesisfirehose/{names.regional(name)}"
