"""What tests do to the deployed hub: look into its records, stop a function, set a deadline back, send a tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from lambdas.adapters.ledger import SqlLedger
from lambdas.adapters.ledger_connection import LedgerDatabase, open_connection
from lambdas.core.deadlines import Tick, copy_shards_of
from lambdas.core.ledger.audit import LedgerBooks
from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.gate_client import GateClient
from simulations.cloud.postgres import ledger_parameters
from simulations.traffic.client import HubClient
from tests.integration.conftest import Hub

XML = "application/xml"
LONG_AGO = "2026-01-01T00:00:00.000Z"
PATIENCE_SECONDS = 30


def await_truth(check: Callable[[], bool], *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    Retrying(retry=retry_if_not_result(bool), wait=wait_fixed(0.1), stop=stop_after_delay(patience_seconds))(check)


def table_of(hub: Hub) -> str:
    return str(hub.exports["dev-foundation"]["transactions_table_name"])


def item(hub: Hub, region: str, transaction_id: str) -> dict[str, Any]:
    found: dict[str, Any] = hub.aws("dynamodb", region).get_item(
        TableName=table_of(hub), Key={"transaction_id": {"S": transaction_id}}, ConsistentRead=True
    )["Item"]
    return found


def expire(hub: Hub, region: str, transaction_id: str) -> None:
    """As if its deadline had long passed."""
    hub.aws("dynamodb", region).update_item(
        TableName=table_of(hub),
        Key={"transaction_id": {"S": transaction_id}},
        UpdateExpression="SET deadline = :long_ago",
        ExpressionAttributeValues={":long_ago": {"S": LONG_AGO}},
    )


def tick(hub: Hub, region: str) -> None:
    hub.aws("sqs", region).send_message(QueueUrl=hub.exports[f"dev-{region}"]["tick_queue_url"], MessageBody="{}")


def look_for_copies(hub: Hub, region: str) -> None:
    """The tick that comes once a minute, for what was durable in this Region alone."""
    url = hub.exports[f"dev-{region}"]["tick_queue_url"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody=Tick(copy_shards_of(region)).to_json())


def gate(hub: Hub) -> GateClient:
    return GateClient(hub.status["aws_endpoint"])


@contextmanager
def broken(hub: Hub, fault: Fault) -> Iterator[Callable[[], None]]:
    """While the fault is in force; gives what heals it before the end."""

    def heal() -> None:
        gate(hub).heal(fault)

    gate(hub).inject(fault)
    try:
        yield heal
    finally:
        heal()


def reset_calls(hub: Hub) -> None:
    hub.http.post(f"{hub.status['aws_endpoint']}/_twinrail/calls/reset").raise_for_status()


def calls_of(hub: Hub, region: str, function: str, operation: str) -> int:
    """How many calls of the function to the Region came through since the counts were reset."""
    counted = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/calls").json()["calls"]
    wanted = {"function": function, "region": region, "operation": operation}
    return sum(int(each["count"]) for each in counted if wanted.items() <= each.items())


def stopped(hub: Hub, region: str, function: str) -> AbstractContextManager[Callable[[], None]]:
    """While the function gets nothing from its queue."""
    return broken(hub, Fault(region, FaultKind.STOPPED, functions=frozenset({function})))


def ended(client: HubClient, transaction_id: str) -> dict[str, Any]:
    return client.await_end(transaction_id, patience_seconds=PATIENCE_SECONDS)


def statuses(view: dict[str, Any]) -> list[str]:
    return [entry["status"] for entry in view["history"]]


def sent(hub: Hub, region: str, body: bytes, name: str = "participant-a") -> str:
    """A message in a transaction of its own; the transaction's id."""
    client = hub.client(region, name)
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=XML)
    return transaction_id


def settle(hub: Hub, region: str, body: bytes, name: str = "participant-a") -> dict[str, Any]:
    """A message to the end of its transaction; the client's view of it."""
    return ended(hub.client(region, name), sent(hub, region, body, name))


def books_of(hub: Hub) -> LedgerBooks:
    database = LedgerDatabase(lambda: open_connection(**ledger_parameters(hub.ledger_port, "twinrail_ledger")))
    try:
        return SqlLedger(database).books()
    finally:
        database.close()


def balances(hub: Hub) -> dict[str, int]:
    """In euro, by participant."""
    return {each.participant: each.balance_minor for each in books_of(hub).accounts if each.currency == "EUR"}
