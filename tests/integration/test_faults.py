"""A Region of the hub is broken on purpose, in each way that there is, and goes on as it was when it is healed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from simulations.cloud.faults import Fault, FaultKind
from simulations.traffic.client import HubClient
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import (
    XML,
    await_truth,
    broken,
    calls_of,
    ended,
    gate,
    item,
    reset_calls,
    stopped,
    table_of,
)
from tests.integration.test_bad_input import error_of

LATENCY_MS = 400.0


def elsewhere(region: str) -> str:
    return next(each for each in REGIONS if each != region)


@pytest.fixture(autouse=True)
def healed(hub: Hub) -> Iterator[None]:
    yield
    gate(hub).heal()


def health(hub: Hub, region: str) -> httpx.Response:
    return hub.http.get(f"{hub.status['regions'][region]['api']}/health")


def opened(client: HubClient, body: bytes, status: str, consistency: str | None = None) -> str:
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=XML, consistency=consistency)
    await_truth(lambda: client.transaction(transaction_id)["status"] == status)
    return transaction_id


def workers(hub: Hub, region: str) -> list[dict[str, Any]]:
    processes = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/processes").json()["processes"]
    return [each for each in processes if each["region"] == region]


def test_nobody_works_and_nobody_answers_until_it_is_back_when_a_region_is_gone(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = elsewhere(region)
    client = hub.client(region)
    with stopped(hub, region, "releasing"):
        left = opened(client, payment(), "ACSP")
        gate(hub).inject(gone := Fault(region, FaultKind.GONE))
    refused = health(hub, region)
    assert (refused.status_code, refused.content) == (503, b"")
    assert workers(hub, region) == []
    # A payment's time in the Region that is left: no poller of the lost one took up what it had.
    opened(hub.client(there), payment(), "ACSC", consistency="available")
    assert item(hub, there, left)["status"]["S"] == "ACSP"
    assert workers(hub, region) == []
    assert gate(hub).heal(gone) == (gone,)
    assert ended(client, left)["status"] == "ACSC"
    opened(client, payment(), "ACSC")


def test_a_function_goes_on_in_the_middle_of_its_work_when_its_region_froze_and_is_back(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = elsewhere(region)
    client = hub.client(region)
    waits = Fault(region, FaultKind.SLOW, frozenset({"dynamodb"}), latency_ms=2_000)
    gone = Fault(region, FaultKind.GONE, freeze=True)
    with stopped(hub, region, "releasing") as release:
        left = opened(client, payment(), "ACSP")
        gate(hub).inject(waits)
        reset_calls(hub)
        release()
        # The answer is stored, and the write that ends the transaction waits.
        await_truth(lambda: calls_of(hub, region, "releasing", "PutObject") > 0)
        gate(hub).inject(gone)
        gate(hub).heal(waits)
    known = {each["pid"] for each in workers(hub, region)}
    opened(hub.client(there), payment(), "ACSC", consistency="available")
    assert item(hub, there, left)["status"]["S"] == "ACSP"
    assert calls_of(hub, region, "releasing", "UpdateItem") == 0
    gate(hub).heal(gone)
    assert ended(client, left)["status"] == "ACSC"
    assert calls_of(hub, region, "releasing", "UpdateItem") > 0
    assert known <= {each["pid"] for each in workers(hub, region)}


def test_the_minority_is_refused_and_the_majority_goes_on_when_the_regions_cannot_see_each_other(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = elsewhere(region)
    client, known = hub.client(region), opened(hub.client(region), payment(), "ACSC")
    heard = beat(hub, region)
    with broken(hub, Fault(region, FaultKind.PARTITION)):
        refused = hub.http.post(
            f"{client.endpoint.api}/transactions", headers={"Authorization": f"Bearer {client.token()}"}
        )
        assert refused.status_code == 503
        assert error_of(refused)["code"] == "SERVICE_UNAVAILABLE"
        tick_recovery(hub, region)
        # The other one goes on alone, and cannot reach the minority's store.
        alone = opened(hub.client(there), payment(), "ACSC", consistency="available")
        assert hub.client(there).transaction(alone)["consistency"]["regions"] == [there]
        assert beat(hub, region) == heard
        assert read(hub, region, known, strongly=False)["status"]["S"] == "ACSC"
        with pytest.raises(ClientError, match="InternalServerError"):
            read(hub, region, known, strongly=True)
        checks = health(hub, region).json()["checks"]
        assert {name for name, check in checks.items() if check["state"] != "ok"} == {"table", "ledger"}
    # The tick that failed comes again after a while; another one does now.
    tick_recovery(hub, region)
    await_truth(lambda: beat(hub, region) != heard)
    opened(client, payment(), "ACSC")


def tick_recovery(hub: Hub, region: str) -> None:
    url = hub.exports[f"dev-{region}"]["recovery_tick_queue_url"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody='{"shards":[]}')


def beat(hub: Hub, region: str) -> str | None:
    """When the Region was last heard of, as the other one reads it."""
    found = hub.aws("dynamodb", elsewhere(region)).get_item(
        TableName=str(hub.exports["dev-foundation"]["leadership_table_name"]),
        Key={"region": {"S": region}},
        ConsistentRead=True,
    )
    return str(found["Item"]["beat"]["M"]["at"]["S"]) if "beat" in found.get("Item", {}) else None


def read(hub: Hub, region: str, transaction_id: str, *, strongly: bool) -> dict[str, Any]:
    found: dict[str, Any] = hub.aws("dynamodb", region).get_item(
        TableName=table_of(hub), Key={"transaction_id": {"S": transaction_id}}, ConsistentRead=strongly
    )["Item"]
    return found


def test_every_service_and_the_ledger_take_as_long_as_told_when_a_region_is_slow(hub: Hub, region: str) -> None:
    await_truth(lambda: health(hub, region).status_code == httpx.codes.OK)
    with broken(hub, Fault(region, FaultKind.SLOW, latency_ms=LATENCY_MS)):
        response = health(hub, region)
        checks = response.json()["checks"]
        assert all(check["duration_ms"] >= LATENCY_MS for check in checks.values()), checks
        assert all(check["state"] == "ok" for check in checks.values()), checks
        # The call of the API waits as well.
        assert response.elapsed.total_seconds() * 1000 >= 2 * LATENCY_MS
        quick = health(hub, elsewhere(region)).json()["checks"]
        assert all(check["duration_ms"] < LATENCY_MS for check in quick.values()), quick


def test_one_service_alone_is_named_when_it_fails(hub: Hub, region: str) -> None:
    await_truth(lambda: health(hub, region).status_code == httpx.codes.OK)
    for service, check in (("ledger", "ledger"), ("kms", "keys")):
        with broken(hub, Fault(region, FaultKind.SERVICE, frozenset({service}))):
            checks = health(hub, region).json()["checks"]
            assert {name for name, each in checks.items() if each["state"] != "ok"} == {check}
        await_truth(lambda: health(hub, region).status_code == httpx.codes.OK)
