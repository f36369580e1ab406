"""`twinrail replay` over the deployed hub: nothing changes after a healthy run, and what got lost is made up for.

What a replay says of itself is held against a look of the test's own: records, rows of the ledger, versions of objects,
and what subscribers were told.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lambdas.core.documents import instant_text
from simulations.cloud.postgres import ADMIN, ledger_parameters
from simulations.operations.dead_letters import queues_of
from simulations.operations.leadership import this_moment
from simulations.operations.replay import Replay
from simulations.operations.replay_queues import queues_by_region
from simulations.operations.replay_report import LeftAlone
from simulations.operations.since import moment_of
from simulations.operations.stores import hub_sources
from simulations.traffic.references import OwnReferences
from simulations.traffic.samples import load_samples
from simulations.traffic.sending import send_message
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import XML, await_truth, ended, expire, item, sent, settle, stopped, table_of, tick
from tests.integration.test_consistency import elsewhere
from tests.integration.test_regions import drained, notified, subscribed

TWINRAIL = Path(sys.executable).with_name("twinrail")
PATIENCE_SECONDS = 30
UNREADABLE = b"Dear bank, please pay."
WAY = frozenset({"incoming", "processing", "releasing"})
EFFECTS = frozenset({"SendMessage", "PutObject", "Publish"})
ROWS = (
    b"SELECT 1, t.* FROM ledger.reservations AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
    b"SELECT 2, t.* FROM ledger.transfers AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
    b"SELECT 3, t.* FROM ledger.payment_identities AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
    b"SELECT 4, t.* FROM ledger.postings AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
    b"SELECT 5, t.* FROM ledger.cancellations AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
    b"SELECT 6, t.* FROM ledger.returns AS t WHERE transaction_id = ANY(%s) ORDER BY t::text",
)


def command(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TWINRAIL), "replay", *arguments],
        env={**os.environ, "TWINRAIL_HOME": str(hub.home)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def printed(hub: Hub, since: str, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What the command prints as JSON."""
    done = command(hub, "--since", since, "--json", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def replayed(hub: Hub, since: str, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
    """What the command does, without the command."""
    exports = {each: hub.exports[f"dev-{each}"] for each in REGIONS}
    queues = queues_by_region(queues_of(exports, lambda region: hub.aws("sqs", region)))
    with hub_sources(hub.status["aws_endpoint"], hub.exports["dev-foundation"], hub.ledger_port) as sources:
        replay = Replay(
            sources,
            queues,
            by="a test",
            now=this_moment,
            new_id=lambda: uuid.uuid4().hex,
            patience_seconds=patience_seconds,
        )
        return replay(moment_of(since, this_moment())).document()


def entries(report: dict[str, Any], of: str, transaction_id: str) -> list[dict[str, Any]]:
    """The report's entries for this transaction, without its id."""
    found = [each for each in report[of] if each["transaction_id"] == transaction_id]
    return [{name: value for name, value in each.items() if name != "transaction_id"} for each in found]


@pytest.fixture
def since() -> str:
    """A moment after all that other tests have stored: S3 keeps whole seconds, so the next one must have begun."""
    begins = this_moment().replace(microsecond=0) + timedelta(seconds=1)
    await_truth(lambda: this_moment() >= begins)
    return instant_text(begins)


def bucket_of(hub: Hub, region: str) -> str:
    return str(hub.exports["dev-foundation"]["payload_buckets"][region])


def key_of(hub: Hub, transaction_id: str, attribute: str) -> str:
    return str(item(hub, REGIONS[0], transaction_id)[attribute]["M"]["key"]["S"])


def versions(stores: Mapping[str, Any], buckets: Mapping[str, str], transaction_id: str) -> set[tuple[str, str, str]]:
    """Region, key and id of every version of every object of a transaction; stores: Region to client."""
    return {
        (region, each["Key"], each["VersionId"])
        for region, store in stores.items()
        for path in ("incoming", "outgoing", "refused")
        for each in store.list_object_versions(Bucket=buckets[region], Prefix=f"{path}/{transaction_id}/").get(
            "Versions", []
        )
    }


def world(hub: Hub, transaction_ids: Sequence[str]) -> dict[str, Any]:
    """All that the hub has of these transactions."""
    # One client each: to make one takes longer than to ask it.
    stores, table = {region: hub.aws("s3", region) for region in REGIONS}, hub.aws("dynamodb", REGIONS[0])
    buckets = {region: bucket_of(hub, region) for region in REGIONS}
    parameters = ledger_parameters(hub.ledger_port, ADMIN)
    with psycopg.connect(make_conninfo("", **parameters), autocommit=True) as connection:
        ledger = [row for statement in ROWS for row in connection.execute(statement, (list(transaction_ids),))]
    return {
        "records": [
            table.get_item(TableName=table_of(hub), Key={"transaction_id": {"S": each}}, ConsistentRead=True)["Item"]
            for each in transaction_ids
        ],
        "objects": [versions(stores, buckets, each) for each in transaction_ids],
        "ledger": ledger,
    }


def effects(hub: Hub) -> Counter[tuple[str, str, str]]:
    """How often functions of the message's way have sent, stored or told anything: Region, function, operation.

    SQS drops what is sent on a second time within five minutes; that it was sent shows here.
    """
    calls = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/calls").raise_for_status().json()["calls"]
    return Counter(
        {
            (call["region"], call["function"], call["operation"]): call["count"]
            for call in calls
            if call["function"] in WAY and call["operation"] in EFFECTS
        }
    )


def hide(hub: Hub, region: str, key: str) -> None:
    """The object is gone: a marker lies on it."""
    hub.aws("s3", region).delete_object(Bucket=bucket_of(hub, region), Key=key)


def there(hub: Hub, region: str, key: str) -> bool:
    listed = hub.aws("s3", region).list_objects_v2(Bucket=bucket_of(hub, region), Prefix=key)
    return bool(listed["KeyCount"])


def test_nothing_changes_and_nobody_is_told_again_when_all_samples_went_well(hub: Hub, since: str) -> None:
    samples = [each.message for each in load_samples()]

    def send(region: str) -> list[str]:
        client, own = hub.client(region), OwnReferences(random.SystemRandom())
        return [
            send_message(client, own.of(each), patience_seconds=PATIENCE_SECONDS).transaction_id for each in samples
        ]

    with ExitStack() as subscriptions:
        received = [subscriptions.enter_context(subscribed(hub, each)) for each in REGIONS]
        with ThreadPoolExecutor(len(REGIONS)) as threads:
            transaction_ids = [each for of_region in threads.map(send, REGIONS) for each in of_region]
        # One that its deadline ended, whose message would be rejected for another reason.
        with stopped(hub, REGIONS[0], "processing"):
            transaction_ids.append(sent(hub, REGIONS[0], UNREADABLE))
            await_truth(lambda: hub.client(REGIONS[0]).transaction(transaction_ids[-1])["status"] == "ACTC")
            expire(hub, REGIONS[0], transaction_ids[-1])
            tick(hub, REGIONS[0])
            assert ended(hub.client(REGIONS[0]), transaction_ids[-1])["status"] == "RJCT"
        for each in REGIONS:
            await_truth(partial(drained, hub, each))
        before, done = world(hub, transaction_ids), effects(hub)
        first = printed(hub, since)
        second = replayed(hub, since)
        told = Counter(notified(each) for of_region in received for each in of_region())
    after = world(hub, transaction_ids)
    assert effects(hub) == done
    assert after == before
    assert {told[each] for each in transaction_ids} == {1}
    for report in (first, second):
        assert report["counts"] == {
            "archived": len(transaction_ids),
            "replayed": len(transaction_ids),
            "unchanged": len(transaction_ids),
            **dict.fromkeys(("changed", "copies", "left_alone", "refused", "unfinished", "unknown"), 0),
        }
        assert report["replayed"] == {REGIONS[0]: len(samples) + 1, REGIONS[1]: len(samples)}
    assert first["by"].startswith("arn:aws:")


def test_a_payment_settles_when_its_reference_was_lost_from_the_queue(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with stopped(hub, region, "processing"):
        transaction_id = sent(hub, region, payment())
        await_truth(lambda: client.transaction(transaction_id)["status"] == "ACTC")
        hub.aws("sqs", region).purge_queue(QueueUrl=hub.exports[f"dev-{region}"]["queue_urls"]["processing"])
    report = replayed(hub, since)
    [change] = entries(report, "changed", transaction_id)
    what = set(change.pop("what"))
    assert change == {"region": region, "before": "ACTC", "after": "ACSC"}
    assert {"status", "history", "answer", "payments", "ledger", "answers"} <= what
    assert client.transaction(transaction_id)["status"] == "ACSC"
    again = replayed(hub, since)
    assert (again["changed"], again["counts"]["unchanged"]) == ([], again["counts"]["replayed"])


def test_the_copy_is_made_when_one_regions_bucket_lacks_message_and_answer(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    transaction_id = settle(hub, region, payment())["transaction_id"]
    keys = {"message": key_of(hub, transaction_id, "message"), "answer": key_of(hub, transaction_id, "answer")}
    hide(hub, region, keys["message"])
    hide(hub, elsewhere(region), keys["answer"])
    report = replayed(hub, since)
    assert entries(report, "copies", transaction_id) == [
        {"region": elsewhere(region), "kind": "answer"},
        {"region": region, "kind": "message"},
    ]
    assert all(there(hub, each, key) for each in REGIONS for key in keys.values())
    assert replayed(hub, since)["copies"] == []


def test_it_is_said_and_not_done_when_an_answer_is_in_no_bucket(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    transaction_id = settle(hub, region, payment())["transaction_id"]
    key = key_of(hub, transaction_id, "answer")
    markers = {
        each: hub.aws("s3", each).delete_object(Bucket=bucket_of(hub, each), Key=key)["VersionId"] for each in REGIONS
    }
    try:
        report = printed(hub, since, status=1)
    finally:
        for each, marker in markers.items():
            hub.aws("s3", each).delete_object(Bucket=bucket_of(hub, each), Key=key, VersionId=marker)
    assert entries(report, "refused", transaction_id) == [
        {"why": f"its answer is not in the archive of {', '.join(REGIONS)}; the hub makes no second one"}
    ]
    assert not entries(report, "changed", transaction_id)


def test_it_is_refused_when_an_archived_message_is_not_the_one_on_record(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    transaction_id = settle(hub, region, payment())["transaction_id"]
    named = {"Bucket": bucket_of(hub, region), "Key": key_of(hub, transaction_id, "message")}
    store = hub.aws("s3", region)
    body = store.get_object(**named)["Body"].read()
    store.put_object(**named, Body=b"something else")
    try:
        report = replayed(hub, since)
    finally:
        store.put_object(**named, Body=body)
    assert entries(report, "refused", transaction_id) == [
        {"why": f"its message is not the one on record in the archive of {region}"}
    ]


def test_it_is_left_alone_when_a_message_never_became_its_transactions(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    client, unknown = hub.client(region), str(uuid.uuid4())
    client.submit(unknown, payment(), content_type=XML)
    used = settle(hub, region, payment())["transaction_id"]
    client.submit(used, payment(), content_type=XML)
    foreign = client.open_transaction().transaction_id
    hub.client(region, "participant-b").submit(foreign, payment(), content_type=XML)
    await_truth(lambda: bool(client.transaction(used)["refused_messages"]))
    await_truth(lambda: drained(hub, region))
    report = replayed(hub, since)
    assert entries(report, "left_alone", unknown) == [{"why": LeftAlone.UNKNOWN}]
    assert entries(report, "left_alone", used) == [{"why": LeftAlone.NOT_ITS_MESSAGE}]
    assert entries(report, "left_alone", foreign) == [{"why": LeftAlone.NEVER_TAKEN_ON}]
    assert report["counts"]["unknown"] == 1
    assert client.transaction(foreign)["status"] == "ACCP"


def test_it_stops_and_says_where_when_a_regions_queue_is_not_worked_off(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with stopped(hub, region, "processing"):
        transaction_id = sent(hub, region, payment())
        await_truth(lambda: client.transaction(transaction_id)["status"] == "ACTC")
        report = replayed(hub, since, patience_seconds=1)
    assert report["stopped"] == [region]
    assert entries(report, "unfinished", transaction_id) == [{"region": region, "status": "ACTC"}]
    # Its reference is on the queue twice by now.
    assert ended(client, transaction_id)["status"] == "ACSC"
    await_truth(lambda: drained(hub, region))
    assert replayed(hub, since)["counts"]["unchanged"] == report["counts"]["replayed"]


def test_one_regions_stores_are_enough_when_the_other_is_gone(
    hub: Hub, region: str, since: str, payment: Callable[[], bytes]
) -> None:
    gone = elsewhere(region)
    own, others = (settle(hub, each, payment())["transaction_id"] for each in (region, gone))
    faults = {"kind": "unreachable", "region": gone}
    url = f"{hub.status['aws_endpoint']}/_twinrail/faults"
    hub.http.post(url, json=faults).raise_for_status()
    try:
        report = printed(hub, since, "--region", region)
        everywhere = command(hub, "--since", since)
    finally:
        hub.http.delete(url).raise_for_status()
    assert report["regions"] == [region]
    assert report["replayed"] == {region: 1}
    assert report["counts"]["unchanged"] == 1
    assert entries(report, "left_alone", others) == [{"why": LeftAlone.ELSEWHERE}]
    assert not entries(report, "left_alone", own)
    assert everywhere.returncode == 2
    assert "--region works with the stores of one Region alone" in everywhere.stderr


def test_nothing_is_replayed_when_nothing_came_since(hub: Hub, payment: Callable[[], bytes], region: str) -> None:
    settle(hub, region, payment())
    done = command(hub, "--since", "0s")
    assert done.returncode == 0
    # S3's times are whole seconds, and what just came may be of this one.
    assert " 0 refused, 0 open, 0 left alone" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--since", "yesterday"), "--since: 'yesterday' is no moment"),
        (("--since", "1h", "--region", "eu-north-1"), "'eu-north-1' is none of eu-west-1, eu-west-2"),
        ((), "--since"),
    ],
)
def test_one_clear_line_when_it_is_asked_for_what_is_not_there(
    hub: Hub, arguments: tuple[str, ...], named: str
) -> None:
    done = command(hub, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.strip().splitlines()
    assert named in line
