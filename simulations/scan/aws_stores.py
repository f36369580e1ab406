"""What AWS's services keep: objects, items, log events, trails, metrics, secrets. Each reader but that of objects gives
all of one Region.

Everything that the account has is read, not what the hub is known to use: what should not be there is found there.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from simulations.scan.search import Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

BODY, METADATA = "body", "metadata"
THREADS = 8


def objects(client: S3Client) -> Iterator[Stored]:
    """Every version of every object of every bucket, in whichever Region; delete markers too: they have keys."""
    # A read is mostly waiting for its answer.
    with ThreadPoolExecutor(THREADS) as threads:
        for bucket in (each["Name"] for each in client.list_buckets()["Buckets"]):
            store = f"s3 {_region_of(client, bucket)} {bucket}"
            read = partial(_version, store, client, bucket)
            for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
                for marker in page.get("DeleteMarkers", []):
                    yield Stored(store, marker["Key"], "delete marker", "")
                yield from chain.from_iterable(threads.map(read, page.get("Versions", [])))


def _region_of(client: S3Client, bucket: str) -> str:
    # The first Region of AWS has no constraint.
    # Nor do the stubs know of it.
    constraint: str | None = client.get_bucket_location(Bucket=bucket).get("LocationConstraint")
    return constraint or "us-east-1"


def _version(store: str, client: S3Client, bucket: str, listed: ObjectVersionTypeDef) -> list[Stored]:
    key, version = listed["Key"], listed["VersionId"]
    found = client.get_object(Bucket=bucket, Key=key, VersionId=version)
    stored = [Stored(store, key, BODY, found["Body"].read())]
    # An object's count of its tags comes with it, so that those without cost no call.
    tagged = found.get("TagCount", 0) > 0
    tags = client.get_object_tagging(Bucket=bucket, Key=key, VersionId=version)["TagSet"] if tagged else []
    if found["Metadata"] or tags:
        stored.append(Stored(store, key, METADATA, json.dumps([found["Metadata"], tags])))
    return stored


def items(region: str, client: DynamoDBClient) -> Iterator[Stored]:
    """Every item of every table, attribute by attribute; the Region's replica of a global one."""
    for page in client.get_paginator("list_tables").paginate():
        for table in page["TableNames"]:
            keys = [each["AttributeName"] for each in client.describe_table(TableName=table)["Table"]["KeySchema"]]
            for found in client.get_paginator("scan").paginate(TableName=table):
                for item in found["Items"]:
                    key = " ".join(_plain(item[each]) for each in keys)
                    for name, value in item.items():
                        yield Stored(f"dynamodb {region} {table}", key, name, _content(value))


def _plain(value: Any) -> str:
    ((_, plain),) = value.items()
    return str(plain)


def _content(value: Any) -> bytes | str:
    if set(value) == {"B"}:
        return bytes(value["B"])
    return str(value["S"]) if set(value) == {"S"} else json.dumps(value, default=_readable)


def _readable(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def table_streams(region: str, client: Any) -> Iterator[Stored]:
    """What the tables' streams still hold of their changes, old images among them."""
    for stream in client.list_streams()["Streams"]:
        arn = stream["StreamArn"]
        for shard in client.describe_stream(StreamArn=arn)["StreamDescription"].get("Shards", []):
            iterator: str | None = client.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator is not None:
                found = client.get_records(ShardIterator=iterator)
                for record in found["Records"]:
                    content = json.dumps(record["dynamodb"], default=_readable)
                    yield Stored(f"dynamodb stream {region} {stream['TableName']}", record["eventID"], "", content)
                # An open shard has always a next one.
                iterator = found.get("NextShardIterator") if found["Records"] else None


def log_events(region: str, client: CloudWatchLogsClient) -> Iterator[Stored]:
    """Every event of every log group: the functions', the API's, the firewall's."""
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in (each["logGroupName"] for each in page["logGroups"]):
            for found in client.get_paginator("filter_log_events").paginate(logGroupName=group):
                for event in found["events"]:
                    key = f"{event['logStreamName']} at {event['timestamp']}"
                    yield Stored(f"logs {region} {group}", key, "message", event["message"])


def trail_events(region: str, client: Any) -> Iterator[Stored]:
    """Every call that CloudTrail has on record, as it recorded it."""
    for page in client.get_paginator("lookup_events").paginate():
        for event in page["Events"]:
            yield Stored(
                f"cloudtrail {region}", f"{event['EventName']} {event['EventId']}", "", event["CloudTrailEvent"]
            )


def metrics(region: str, client: Any) -> Iterator[Stored]:
    """The metrics' names and dimensions."""
    for page in client.get_paginator("list_metrics").paginate():
        for metric in page["Metrics"]:
            content = json.dumps(metric)
            yield Stored(f"cloudwatch {region} {metric['Namespace']}", metric["MetricName"], "dimensions", content)


def secrets(region: str, client: SecretsManagerClient) -> Iterator[Stored]:
    """Every secret's name, description and value."""
    for page in client.get_paginator("list_secrets").paginate():
        for secret in page["SecretList"]:
            store, name = f"secretsmanager {region}", secret["Name"]
            yield Stored(store, name, "description", json.dumps([secret.get("Description"), secret.get("Tags")]))
            value = client.get_secret_value(SecretId=secret["ARN"])
            yield Stored(store, name, "value", value.get("SecretString") or value.get("SecretBinary") or "")


OF_A_REGION: dict[str, Callable[[str, Any], Iterator[Stored]]] = {
    "dynamodb": items,
    "dynamodbstreams": table_streams,
    "logs": log_events,
    "cloudtrail": trail_events,
    "cloudwatch": metrics,
    "secretsmanager": secrets,
}
"""By the service whose client they take."""
