"""The hub under the campaign: deployed as ever, but nothing delivers messages to its functions by itself."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from simulations.campaign.process import Launch
from simulations.checkers.sources import HubSources
from simulations.cloud import deployment
from simulations.cloud.postgres import ADMIN, LOOPBACK, ledger_parameters
from simulations.cloud.realisers.base import Cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulations.cloud.deployment import UpResult

ENVIRONMENT = "dev"
HOLD_SECONDS = 600
BATCH = 10
GARBAGE = "no message of the hub's"
LONG_AGO = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True, order=True)
class Queue:
    """One of a Region's queues, by the function that it feeds."""

    region: str
    function: str


@dataclass
class CampaignHub:
    """What the campaign needs of a deployment: queues, the table, the ledger, and how a function is started."""

    endpoint: str
    account_id: str
    exports: Mapping[str, Mapping[str, Any]]
    ledger_port: int
    connection: psycopg.Connection[tuple[object, ...]]
    cloud: Cloud = field(init=False)

    def __post_init__(self) -> None:
        self.cloud = Cloud(self.endpoint, self.account_id, self.regions[0])
        self._variables = {
            (function, region): self._variables_of(function, region)
            for region in self.regions
            for function in self.exports[f"{ENVIRONMENT}-{region}"]["function_names"]
        }

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions of the environment."""
        return tuple(str(of["region"]) for of in self.exports.values() if "region" in of)

    @property
    def table(self) -> str:
        """The transactions table's name, the same in every Region."""
        return str(self.exports[f"{ENVIRONMENT}-foundation"]["transactions_table_name"])

    def exported(self, region: str) -> Mapping[str, Any]:
        """What a Region's stack exports."""
        return self.exports[f"{ENVIRONMENT}-{region}"]

    def client(self, service: str, region: str) -> Any:
        """A client of the campaign's own, which no fault befalls."""
        return self.cloud.in_region(region).client(service)

    def launch(self, function: str, region: str, prepare: Callable[[], None] | None = None) -> Launch:
        """What a process of the function is started with: the settings that its deployment gave it."""
        return Launch(function, region, self._variables[(function, region)], prepare)

    def sources(self) -> HubSources:
        """What the checkers read."""
        first = self.regions[0]
        buckets = json.loads(self._variables[("incoming", first)]["PAYLOAD_BUCKETS"])
        return HubSources(
            self.client("dynamodb", first),
            self.table,
            {region: (self.client("s3", region), bucket) for region, bucket in buckets.items()},
            self.connection,
        )

    def _variables_of(self, function: str, region: str) -> dict[str, str]:
        name = self.exported(region)["function_names"][function]
        configured = self.client("lambda", region).get_function_configuration(FunctionName=name)
        return {
            **configured["Environment"]["Variables"],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.cloud.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.cloud.secret_access_key,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": LOOPBACK,
            "PGHOSTADDR": LOOPBACK,
            "PGPORT": str(self.ledger_port),
        }

    # Queues

    def queue_named(self, name: str, region: str) -> Queue | None:
        """The queue of that name; None for one of ticks or of dead letters."""
        for function, url in self.exported(region)["queue_urls"].items():
            if url.endswith(f"/{name}"):
                return Queue(region, function)
        return None

    def grave_named(self, name: str, region: str) -> Queue | None:
        """The queue whose dead letters the queue of that name holds; None for any other."""
        for function, url in self.exported(region)["dead_letter_queue_urls"].items():
            if url.endswith(f"/{name}"):
                return Queue(region, function)
        return None

    def receive(self, queue: Queue) -> list[dict[str, Any]]:
        """A batch, as an event source mapping hands it to its function; the messages are in flight from then on."""
        received = self._sqs(queue).receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HOLD_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return [_record(message) for message in received.get("Messages", [])]

    def settle(self, queue: Queue, records: Sequence[Mapping[str, Any]], returned: frozenset[str]) -> None:
        """What a mapping does after its function: delete what is done; what was returned is visible at once again.

        At once, because the campaign does not wait: the wait that the function asked for is over.
        """
        self.show(queue, [record for record in records if record["messageId"] in returned])
        done = [record for record in records if record["messageId"] not in returned]
        if done:
            # What cannot be deleted has come again meanwhile; its later delivery will delete it.
            self._sqs(queue).delete_message_batch(QueueUrl=self._url(queue), Entries=_entries(done))

    def show(self, queue: Queue, records: Sequence[Mapping[str, Any]]) -> None:
        """Make messages visible at once, those that are still there."""
        if records:
            self._sqs(queue).change_message_visibility_batch(
                QueueUrl=self._url(queue), Entries=[{**each, "VisibilityTimeout": 0} for each in _entries(records)]
            )

    def put(self, queue: Queue, body: str, group_id: str) -> None:
        """Put a message on a queue from outside."""
        self._sqs(queue).send_message(
            QueueUrl=self._url(queue),
            MessageBody=body,
            MessageGroupId=group_id,
            MessageDeduplicationId=uuid.uuid4().hex,
        )

    def unbury(self, queue: Queue) -> int:
        """Put a queue's dead letters back where they came from; how many. What no function can read is thrown away."""
        client, url = self._sqs(queue), self.exported(queue.region)["dead_letter_queue_urls"][queue.function]
        taken = 0
        while messages := client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=BATCH, VisibilityTimeout=HOLD_SECONDS, MessageSystemAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                if message["Body"] != GARBAGE:
                    self.put(queue, message["Body"], message["Attributes"]["MessageGroupId"])
                    taken += 1
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def waiting(self) -> dict[str, int]:
        """How many messages each queue holds, in flight or not; queues that hold none are left out."""
        found = {}
        for region in self.regions:
            exported, client = self.exported(region), self.client("sqs", region)
            for url in (*exported["queue_urls"].values(), *exported["dead_letter_queue_urls"].values()):
                said = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                number = int(said["ApproximateNumberOfMessages"]) + int(said["ApproximateNumberOfMessagesNotVisible"])
                if number:
                    found[f"{region} {url.rpartition('/')[2]}"] = number
        return found

    def clear(self) -> None:
        """After an experiment that found something: empty queues, and a ledger as after its migration.

        What is wrong with the books would be found again by every later experiment.
        """
        for region in self.regions:
            exported = self.exported(region)
            for url in (*exported["queue_urls"].values(), *exported["dead_letter_queue_urls"].values()):
                self.client("sqs", region).purge_queue(QueueUrl=url)
        tables = ", ".join(f"ledger.{name}" for name in self._entries())
        self.connection.execute(f"TRUNCATE {tables}".encode())
        self.connection.execute("UPDATE ledger.accounts SET balance_minor = 0, reserved_minor = 0")

    def _entries(self) -> list[str]:
        rows = self.connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'ledger' AND tablename <> 'accounts'"
        ).fetchall()
        return [str(name) for (name,) in rows]

    def _sqs(self, queue: Queue) -> Any:
        return self.client("sqs", queue.region)

    def _url(self, queue: Queue) -> str:
        return str(self.exported(queue.region)["queue_urls"][queue.function])

    # The table

    def item(self, transaction_id: str) -> dict[str, Any] | None:
        """The transaction as it is recorded, in DynamoDB's form."""
        found: dict[str, Any] | None = (
            self.client("dynamodb", self.regions[0])
            .get_item(TableName=self.table, Key={"transaction_id": {"S": transaction_id}}, ConsistentRead=True)
            .get("Item")
        )
        return found

    def expire(self, transaction_id: str) -> str | None:
        """As if its deadline had long passed; the list that it is on, None if it is not open."""
        changed = self._change(transaction_id, "SET deadline = :long_ago", {":long_ago": {"S": LONG_AGO}})
        return None if changed is None else str(changed["open_shard"]["S"])

    def take_over(self, transaction_id: str) -> tuple[int, str] | None:
        """As a takeover does: the other Region owns it, under a raised epoch; nothing else is done for it.

        How many steps its history had then, and the new owner; None if it is not open.
        """
        item = self.item(transaction_id)
        if item is None or "open_shard" not in item:
            return None
        owner = next(region for region in self.regions if region != item["owner_region"]["S"])
        shard = f"{owner}#{item['open_shard']['S'].rpartition('#')[2]}"
        changed = self._change(
            transaction_id,
            "SET owner_region = :owner, open_shard = :shard ADD epoch :one",
            {":owner": {"S": owner}, ":shard": {"S": shard}, ":one": {"N": "1"}},
        )
        return None if changed is None else (len(changed["history"]["L"]), owner)

    def _change(self, transaction_id: str, update: str, values: dict[str, Any]) -> dict[str, Any] | None:
        client = self.client("dynamodb", self.regions[0])
        try:
            changed: dict[str, Any] = client.update_item(
                TableName=self.table,
                Key={"transaction_id": {"S": transaction_id}},
                UpdateExpression=update,
                ConditionExpression="attribute_exists(open_shard)",
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except client.exceptions.ConditionalCheckFailedException:
            return None
        return changed


def _entries(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(number), "ReceiptHandle": record["receiptHandle"]} for number, record in enumerate(records)]


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    """An SQS message in the form of Lambda's event (docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


@contextmanager
def deployed_hub() -> Iterator[CampaignHub]:
    """A hub of its own in an embedded cloud of its own, whose event source mappings and schedules are off."""
    with deployment.temporary(ENVIRONMENT, warm=False) as (deployed, status):
        parameters = make_conninfo("", **ledger_parameters(deployed.ledger_port, ADMIN))
        with psycopg.connect(parameters, autocommit=True) as connection:
            hub = _hub(deployed, str(status.document()["aws_endpoint"]), connection)
            for region in hub.regions:
                _switch_off(hub, region)
            yield hub


def _hub(deployed: UpResult, endpoint: str, connection: psycopg.Connection[tuple[object, ...]]) -> CampaignHub:
    exports = {graph.stack: dict(graph.exports) for graph in deployed.graphs}
    account = next(node.account_id for graph in deployed.graphs for node in graph.resources if node.account_id)
    return CampaignHub(endpoint, account, exports, deployed.ledger_port, connection)


def _switch_off(hub: CampaignHub, region: str) -> None:
    functions, scheduler = hub.client("lambda", region), hub.client("scheduler", region)
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
