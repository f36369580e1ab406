"""What fails for good is put away with its reason, holds up nobody, is shown, and is put back."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from simulations.operations.dead_letters import DeadLetter, look, put_back, queues_of
from tests.integration.conftest import Hub

XML = "application/xml"


def await_truth(check: Callable[[], bool], seconds: float = 120) -> None:
    Retrying(retry=retry_if_not_result(bool), wait=wait_fixed(0.2), stop=stop_after_delay(seconds))(check)


def letters(hub: Hub, region: str, transaction_id: str) -> list[DeadLetter]:
    queues = queues_of({region: hub.exports[f"dev-{region}"]}, lambda each: hub.aws("sqs", each))
    return [each for queue in queues for each in look(queue) if each.transaction_id == transaction_id]


def redrive(hub: Hub, region: str) -> int:
    queues = queues_of({region: hub.exports[f"dev-{region}"]}, lambda each: hub.aws("sqs", each), queue="incoming")
    return sum(put_back(queue, lambda: uuid.uuid4().hex) for queue in queues)


def postpone(hub: Hub, region: str, transaction_id: str) -> None:
    """Five tries take most of a minute; on a busy machine the deadline must not be what decides."""
    hub.aws("dynamodb", region).update_item(
        TableName=hub.exports["dev-foundation"]["transactions_table_name"],
        Key={"transaction_id": {"S": transaction_id}},
        UpdateExpression="SET deadline = :later",
        ExpressionAttributeValues={":later": {"S": "2099-01-01T00:00:00.000Z"}},
    )


@pytest.fixture
def impaired(hub: Hub) -> Iterator[Callable[[str, str], None]]:
    """Makes a service of a Region fail; healed at the end."""
    faults = f"{hub.status['aws_endpoint']}/_twinrail/faults"

    def impair(region: str, service: str) -> None:
        fault: dict[str, Any] = {"region": region, "kind": "unreachable", "services": [service]}
        hub.http.post(faults, json=fault).raise_for_status()

    yield impair
    hub.http.delete(faults).raise_for_status()


def heal(hub: Hub) -> httpx.Response:
    return hub.http.delete(f"{hub.status['aws_endpoint']}/_twinrail/faults").raise_for_status()


def test_a_malformed_message_is_put_away_and_holds_up_nobody_when_it_comes(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    group = str(uuid.uuid4())
    hub.aws("sqs", region).send_message(
        QueueUrl=hub.exports[f"dev-{region}"]["queue_urls"]["incoming"],
        MessageBody='{"transaction_id": "Erika Mustermann"}',
        MessageGroupId=group,
        MessageDeduplicationId=group,
    )
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, payment(), content_type=XML)
    assert client.await_end(transaction_id, patience_seconds=30)["status"] == "ACSC"
    await_truth(lambda: bool(letters(hub, region, group)))
    [letter] = letters(hub, region, group)
    assert (letter.queue, letter.function, letter.deliveries) == ("incoming", "incoming", 1)
    assert letter.reason.startswith("MalformedDocument (incoming message.participant")
    assert "Erika" not in letter.reason
    assert redrive(hub, region) >= 1
    await_truth(lambda: [each.message_id != letter.message_id for each in letters(hub, region, group)] == [True])


def test_its_transaction_settles_when_the_cause_is_mended_and_it_is_put_back(
    hub: Hub, region: str, payment: Callable[[], bytes], impaired: Callable[[str, str], None]
) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    postpone(hub, region, transaction_id)
    impaired(region, "s3")
    body = payment()
    client.submit(transaction_id, body, content_type=XML)
    await_truth(lambda: bool(letters(hub, region, transaction_id)))
    [letter] = letters(hub, region, transaction_id)
    # The SDK's own attempts may take longer than a put is waited for.
    assert letter.reason.startswith(("ClientError (PutObject ", f"PayloadNotStored ({region} "))
    assert letter.deliveries == 5
    assert client.transaction(transaction_id)["status"] == "ACCP"
    heal(hub)
    redrive(hub, region)
    view = client.await_end(transaction_id, patience_seconds=30)
    assert view["status"] == "ACSC"
    assert view["message"]["sha256"] == hashlib.sha256(body).hexdigest()
    await_truth(lambda: not letters(hub, region, transaction_id))
