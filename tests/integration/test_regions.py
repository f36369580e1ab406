"""One participant, two Regions: what one Region took can be read in the other, and only its own Region moves it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.core.messages import IncomingMessage
from simulations.traffic.client import HubClient
from tests.integration.conftest import REGIONS, Hub
from tests.integration.test_bad_input import XML, await_truth, ended, error_of, refused_bodies

JSON = "application/json"
PARTICIPANT = "participant-a"
FUNCTIONS = {"transaction", "intake", "incoming", "processing", "releasing", "outgoing"}
SLOWNESS = timedelta(seconds=2)


def elsewhere(region: str) -> str:
    return next(each for each in REGIONS if each != region)


def settled(client: HubClient, body: bytes) -> str:
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=XML)
    assert ended(client, transaction_id)["status"] == "ACSC"
    return transaction_id


def test_transaction_and_answer_are_read_in_the_other_region_when_the_participant_is_the_same(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    here, there = hub.client(region), hub.client(elsewhere(region))
    assert here.endpoint.client_id != there.endpoint.client_id
    transaction_id = settled(here, payment())
    assert there.transaction(transaction_id) == here.transaction(transaction_id)
    assert there.transaction(transaction_id)["owner_region"] == region
    for accept in (XML, JSON):
        answer = there.answer(transaction_id, accept=accept)
        assert answer is not None
        assert answer == here.answer(transaction_id, accept=accept)


def test_status_is_read_in_the_other_region_when_the_transaction_is_open(hub: Hub, region: str) -> None:
    transaction_id = hub.client(region).open_transaction().transaction_id
    there = hub.client(elsewhere(region))
    assert there.transaction(transaction_id)["status"] == "ACCP"
    assert there.answer(transaction_id) is None


@pytest.mark.parametrize("call", ["/messages", "/transactions/{id}"])
def test_404_in_the_other_region_when_the_transaction_is_another_participants(
    hub: Hub, region: str, payment: Callable[[], bytes], call: str
) -> None:
    transaction_id = settled(hub.client(region), payment())
    other = hub.client(elsewhere(region), "participant-b")
    headers = {"Authorization": f"Bearer {other.token()}", "X-Transaction-Id": transaction_id}
    response = hub.http.get(other.endpoint.api + call.format(id=transaction_id), headers=headers)
    assert response.status_code == 404
    assert error_of(response)["code"] == "NOT_FOUND"


def test_message_is_refused_and_kept_when_it_is_sent_to_the_region_that_does_not_own_its_transaction(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    here, there = hub.client(region), hub.client(elsewhere(region))
    transaction_id, body = here.open_transaction().transaction_id, payment()
    there.submit(transaction_id, body, content_type=XML)
    await_truth(lambda: len(here.transaction(transaction_id)["refused_messages"]) == 1)
    assert refused_bodies(hub, elsewhere(region), transaction_id) == [body]
    view = here.transaction(transaction_id)
    assert (view["status"], view["message"]) == ("ACCP", None)
    assert "another Region" in view["refused_messages"][0]["text"]

    here.submit(transaction_id, body, content_type=XML)
    history = ended(here, transaction_id)["history"]
    assert [entry["status"] for entry in history] == ["ACCP", "ACTC", "ACSP", "ACSC"]
    assert {entry["region"] for entry in history} == {region}


def test_403_when_the_client_is_in_the_pool_and_not_registered(hub: Hub, region: str) -> None:
    with stranger(hub, region) as token:
        authorised = {"Authorization": f"Bearer {token}", "X-Transaction-Id": str(uuid.uuid4())}
        api = hub.client(region).endpoint.api
        responses = [
            hub.http.post(f"{api}/transactions", headers=authorised),
            hub.http.get(f"{api}/messages", headers=authorised),
            hub.http.post(f"{api}/messages", content=b"<a/>", headers=authorised | {"Content-Type": XML}),
        ]
    assert [(each.status_code, error_of(each)["code"]) for each in responses] == [(403, "ACCESS_DENIED")] * 3


@contextmanager
def stranger(hub: Hub, region: str) -> Iterator[str]:
    """The token of an API client that somebody made in the Region's pool by hand."""
    identity = hub.aws("cognito-idp", region)
    pool = hub.exports[f"dev-{region}"]["user_pool_id"]
    made = identity.create_user_pool_client(
        UserPoolId=pool,
        # The name of a participant: it is the registration that counts.
        ClientName=PARTICIPANT,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["payments/write", "payments/read"],
    )["UserPoolClient"]
    endpoint = replace(hub.client(region).endpoint, client_id=made["ClientId"], client_secret=made["ClientSecret"])
    try:
        yield HubClient(endpoint, hub.http).token()
    finally:
        identity.delete_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])


def test_payload_is_in_both_regions_before_actc_when_the_other_regions_store_is_slow(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client, body = hub.client(region), payment()
    transaction_id = client.open_transaction().transaction_id
    with slow(hub, "s3", elsewhere(region)):
        client.submit(transaction_id, body, content_type=XML)
        view = ended(client, transaction_id)
    at = {entry["status"]: datetime.fromisoformat(entry["at"]) for entry in view["history"]}
    assert at["ACTC"] - at["ACCP"] > SLOWNESS
    # S3 tells whole seconds, cut off: less than the slowness, so that a copy which came after ACTC shows.
    stored = {each: stored_at(hub, each, transaction_id, body) for each in REGIONS}
    assert {each: moment <= at["ACTC"] for each, moment in stored.items()} == dict.fromkeys(REGIONS, True)


@contextmanager
def slow(hub: Hub, service: str, region: str) -> Iterator[None]:
    faults = f"{hub.status['aws_endpoint']}/_twinrail/faults"
    latency_ms = SLOWNESS / timedelta(milliseconds=1)
    fault = {"region": region, "kind": "slow", "services": [service], "latency_ms": latency_ms}
    hub.http.post(faults, json=fault).raise_for_status()
    try:
        yield
    finally:
        hub.http.delete(faults).raise_for_status()


def stored_at(hub: Hub, region: str, transaction_id: str, body: bytes) -> datetime:
    bucket = hub.exports["dev-foundation"]["payload_buckets"][region]
    key = f"incoming/{transaction_id}/{hashlib.sha256(body).hexdigest()}"
    moment: datetime = hub.aws("s3", region).head_object(Bucket=bucket, Key=key)["LastModified"]
    return moment


def test_nothing_changes_when_an_incoming_message_is_delivered_again_after_the_end(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client, body = hub.client(region), payment()
    transaction_id = settled(client, body)
    before, answer = client.transaction(transaction_id), client.answer(transaction_id)
    deliver_again(hub, region, transaction_id, body)
    await_truth(lambda: drained(hub, region))
    assert client.transaction(transaction_id) == before
    assert client.answer(transaction_id) == answer
    assert refused_bodies(hub, region, transaction_id) == []


def deliver_again(hub: Hub, region: str, transaction_id: str, body: bytes) -> None:
    hub.aws("sqs", region).send_message(
        QueueUrl=hub.exports[f"dev-{region}"]["queue_urls"]["incoming"],
        MessageBody=IncomingMessage(transaction_id, PARTICIPANT, XML, None, body).to_json(hub.envelopes(region).seal),
        MessageGroupId=transaction_id,
        MessageDeduplicationId=uuid.uuid4().hex,
    )


def drained(hub: Hub, region: str) -> bool:
    """Nothing is on a queue or in a consumer's hands. In the order of the path: what left one queue is on the next."""
    urls = hub.exports[f"dev-{region}"]["queue_urls"]
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    queues = hub.aws("sqs", region)
    for name in ("incoming", "processing", "releasing"):
        held = queues.get_queue_attributes(QueueUrl=urls[name], AttributeNames=list(counts))["Attributes"]
        if any(int(held[count]) for count in counts):
            return False
    return True


def test_one_notification_says_how_a_transaction_ended_when_subscribers_listen(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client, body = hub.client(region), payment()
    with subscribed(hub, region) as received:
        accepted, rejected = settled(client, body), client.open_transaction().transaction_id
        client.submit(rejected, b"Dear bank, please pay.", content_type=XML)
        assert ended(client, rejected)["status"] == "RJCT"
        deliver_again(hub, region, accepted, body)
        await_truth(lambda: drained(hub, region))
        notifications = [each for each in received() if notified(each) in {accepted, rejected}]
    assert Counter(map(notified, notifications)) == {accepted: 1, rejected: 1}
    for each in notifications:
        document = json.loads(each["Body"])
        view = client.transaction(document["transaction_id"])
        assert document == {
            "transaction_id": view["transaction_id"],
            "status": view["status"],
            "region": region,
            "participant": PARTICIPANT,
            "at": view["history"][-1]["at"],
        }
        attributes = {name: value["StringValue"] for name, value in each["MessageAttributes"].items()}
        assert attributes == {"status": view["status"], "participant": PARTICIPANT}


def notified(notification: dict[str, Any]) -> str:
    return str(json.loads(notification["Body"])["transaction_id"])


def admitting(topic: str, queue: str) -> str:
    """A policy of the queue by which the topic may put messages into it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@contextmanager
def subscribed(hub: Hub, region: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """A subscriber's own queue on the topic, raw: gives what came so far."""
    queues, topics = hub.aws("sqs", region), hub.aws("sns", region)
    topic = hub.exports[f"dev-{region}"]["notification_topic_arn"]
    url = queues.create_queue(QueueName=f"subscriber-{uuid.uuid4()}")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": admitting(topic, arn)})
    subscription = topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]

    def received() -> list[dict[str, Any]]:
        came: list[dict[str, Any]] = []
        while batch := queues.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=600
        ).get("Messages", []):
            came += batch
        return came

    try:
        yield received
    finally:
        topics.unsubscribe(SubscriptionArn=subscription)
        queues.delete_queue(QueueUrl=url)


def test_calls_are_counted_by_the_functions_bare_names_when_a_payment_is_carried(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    client.answer(settled(client, payment()))
    calls = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/calls").raise_for_status().json()["calls"]
    callers = {call["function"] for call in calls if call["region"] == region}
    assert callers >= FUNCTIONS
    assert {caller for caller in callers if caller.startswith("twinrail")} == set()
