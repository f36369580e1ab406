"""The hub under the campaign: deployed as ever, but nothing delivers messages to its functions by itself."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from simulations.campaign.process import Launch
from simulations.campaign.queues import Queues
from simulations.checkers.sealed import KmsUnsealing
from simulations.checkers.sources import HubSources
from simulations.cloud import deployment
from simulations.cloud.postgres import ADMIN, LOOPBACK, ledger_parameters
from simulations.cloud.realisers.base import Cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulations.cloud.deployment import UpResult

ENVIRONMENT = "dev"
LONG_AGO = "2026-01-01T00:00:00.000Z"

MESSAGE_PATH = frozenset({"incoming", "processing", "releasing"})


@dataclass
class CampaignHub:
    """What the campaign needs of a deployment: queues, the table, the ledger, and how a function is started."""

    endpoint: str
    account_id: str
    exports: Mapping[str, Mapping[str, Any]]
    ledger_port: int
    connection: psycopg.Connection[tuple[object, ...]]
    cloud: Cloud = field(init=False)
    queues: Queues = field(init=False)

    def __post_init__(self) -> None:
        self.cloud = Cloud(self.endpoint, self.account_id, self.regions[0])
        self.queues = Queues(self.regions, self.exported, lambda region: self.client("sqs", region))
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
        """What a Region's stack exports; of its queues those of the message path, as no event is published here."""
        exported = self.exports[f"{ENVIRONMENT}-{region}"]
        kept = {
            name: {queue: url for queue, url in exported[name].items() if queue in MESSAGE_PATH}
            for name in ("queue_urls", "dead_letter_queue_urls")
        }
        return {**exported, **kept}

    def client(self, service: str, region: str) -> Any:
        """A client of the campaign's own, which no fault befalls."""
        return self.cloud.in_region(region).client(service)

    def launch(self, function: str, region: str, prepare: Callable[[], None] | None = None) -> Launch:
        """What a process of the function is started with: the settings that its deployment gave it."""
        return Launch(function, region, self._variables[(function, region)], prepare)

    def clear(self) -> None:
        """After an experiment that found something: empty queues, and a ledger as after its migration.

        What is wrong with the books would be found again by every later experiment.
        """
        self.queues.purge()
        tables = ", ".join(f"ledger.{name}" for name in self._entries())
        self.connection.execute(f"TRUNCATE {tables}".encode())
        self.connection.execute("UPDATE ledger.accounts SET balance_minor = 0, reserved_minor = 0")

    def _entries(self) -> list[str]:
        rows = self.connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'ledger' AND tablename <> 'accounts'"
        ).fetchall()
        return [str(name) for (name,) in rows]

    def sources(self) -> HubSources:
        """What the checkers read."""
        first = self.regions[0]
        buckets = json.loads(self._variables[("incoming", first)]["PAYLOAD_BUCKETS"])
        return HubSources(
            self.client("dynamodb", first),
            self.table,
            {region: (self.client("s3", region), bucket) for region, bucket in buckets.items()},
            self.connection,
            KmsUnsealing(self.client("kms", first), self._variables[("incoming", first)]["ENVELOPE_KEY_ARN"]),
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
