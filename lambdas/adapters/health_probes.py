"""What a Region's health is asked of: one call to each thing that the message path cannot do without.

Each proves as much as a call can that changes nothing: that the service answers, knows the thing, and lets the hub in.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lambdas.adapters import clients
from lambdas.adapters.ledger import function_ledger
from lambdas.core.health import CheckName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient

    from lambdas.adapters.environment import HealthSettings

ATTEMPTS = 2
"""A second one for a connection that went stale while the process slept; more would hide what a payment meets."""
NOBODY = "health"
"""A key that no transaction has: their ids are UUIDs."""
PURPOSE = {"purpose": "health"}
"""The encryption context: the role may use the key with this one alone, so that what it makes opens nothing."""


def region_probes(settings: HealthSettings) -> Mapping[CheckName, Callable[[], object]]:
    """Of the Region that the settings name. Clients are made here: not every check may make its own at once."""
    region, function = settings.region, settings.function
    return {
        CheckName.QUEUE: partial(_queue, clients.sqs(region, function, ATTEMPTS), settings.incoming_queue_url),
        CheckName.STORE: partial(_store, clients.s3(region, function, ATTEMPTS), settings.payload_bucket),
        CheckName.TABLE: partial(_table, clients.dynamodb(region, function, ATTEMPTS), settings.transactions_table),
        CheckName.LEDGER: function_ledger(settings.ledger).answer,
        CheckName.KEYS: partial(
            _keys, clients.kms(region, function, ATTEMPTS), (settings.payload_key_arn, settings.envelope_key_arn)
        ),
    }


def _queue(client: SQSClient, url: str) -> None:
    client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])


def _store(client: S3Client, bucket: str) -> None:
    client.head_bucket(Bucket=bucket)


def _table(client: DynamoDBClient, table: str) -> None:
    # Strongly consistent: a replica that is cut off from the other Regions can neither answer this nor take a step.
    client.get_item(TableName=table, Key={"transaction_id": {"S": NOBODY}}, ConsistentRead=True)


def _keys(client: KMSClient, key_arns: tuple[str, ...]) -> None:
    # An operation of the key itself, not a look at its description: a key can be enabled and its use refused. The data
    # key comes encrypted alone, so that who may ask this learns nothing.
    for key_arn in key_arns:
        client.generate_data_key_without_plaintext(KeyId=key_arn, KeySpec="AES_256", EncryptionContext=PURPOSE)
