"""`twinrail reconcile` over the deployed hub: clean after payments of every kind, and what is spoilt is named.

The hub is shared with other tests: whatever is spoilt here is mended before a test ends.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from lambdas.core.payload import sealed_for
from simulations.cloud.postgres import ADMIN, ledger_parameters
from simulations.operations.reconciliation import reconcile
from simulations.operations.stores import hub_sources
from simulations.traffic.references import OwnReferences
from simulations.traffic.samples import load_samples
from simulations.traffic.sending import send_message
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import await_truth, look_for_copies
from tests.integration.test_vault import VaultClient, person

TWINRAIL = Path(sys.executable).with_name("twinrail")
PATIENCE_SECONDS = 30
ADD_TO_POSTING = (
    b"UPDATE ledger.postings SET amount_minor = amount_minor + %s WHERE side = 'credit' AND transaction_id = %s"
)
COPIED = "a message is stored in every Region"
EVERY_KIND = ("01", "02", "05", "07", "08", "10", "11", "12", "13", "16", "23", "26", "27", "29", "31", "32")


def command(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    return twinrail(hub, "reconcile", *arguments)


def twinrail(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TWINRAIL), *arguments],
        env={**os.environ, "TWINRAIL_HOME": str(hub.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def document(hub: Hub) -> dict[str, Any]:
    """What the command prints as JSON where it finds nothing."""
    done = command(hub, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def mismatches(hub: Hub, transaction_id: str | None) -> dict[str, str]:
    """What does not hold for this transaction, or for the whole ledger: rule to detail. Nothing moves: nobody waits."""
    with hub_sources(hub.status["aws_endpoint"], hub.exports["dev-foundation"], hub.ledger_port) as sources:
        found = reconcile(sources, pause=lambda: None)
    return {each.rule: each.detail for each in found.mismatches if each.transaction_id == transaction_id}


def await_copies(hub: Hub) -> None:
    """What other tests have had made durable in one Region alone is in both."""
    for region in REGIONS:
        look_for_copies(hub, region)
    with hub_sources(hub.status["aws_endpoint"], hub.exports["dev-foundation"], hub.ledger_port) as sources:
        await_truth(
            lambda: all(each.rule != COPIED for each in reconcile(sources, pause=lambda: None).mismatches),
        )


@pytest.fixture
def settled(hub: Hub, region: str, payment: Callable[[], bytes]) -> str:
    """A transaction that settled."""
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, payment(), content_type="application/xml")
    assert client.await_end(transaction_id, patience_seconds=PATIENCE_SECONDS)["status"] == "ACSC"
    return transaction_id


def table_of(hub: Hub) -> str:
    return str(hub.exports["dev-foundation"]["transactions_table_name"])


def bucket_of(hub: Hub, region: str) -> str:
    return str(hub.exports["dev-foundation"]["payload_buckets"][region])


def key_of(hub: Hub, transaction_id: str, attribute: str) -> str:
    item = hub.aws("dynamodb", REGIONS[0]).get_item(
        TableName=table_of(hub), Key={"transaction_id": {"S": transaction_id}}, ConsistentRead=True
    )["Item"]
    return str(item[attribute]["M"]["key"]["S"])


def content(hub: Hub, region: str, key: str) -> bytes:
    return hub.content(region, key)


def set_status(hub: Hub, transaction_id: str, status: str) -> None:
    hub.aws("dynamodb", REGIONS[0]).update_item(
        TableName=table_of(hub),
        Key={"transaction_id": {"S": transaction_id}},
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}},
    )


def put(hub: Hub, region: str, key: str, body: bytes) -> None:
    """Put it into one Region, and wait until both have it: a replica that is under way would undo what is mended."""
    hub.aws("s3", region).put_object(Bucket=bucket_of(hub, region), Key=key, Body=body)
    waiting = Retrying(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(PATIENCE_SECONDS))
    waiting(lambda: all(hub.sealed(each, key) == body for each in REGIONS))


def execute(hub: Hub, statement: bytes, *parameters: object) -> None:
    with psycopg.connect(make_conninfo("", **ledger_parameters(hub.ledger_port, ADMIN)), autocommit=True) as connection:
        assert connection.execute(statement, parameters).rowcount == 1


@contextmanager
def spoilt(spoil: Callable[[], object], mend: Callable[[], object]) -> Iterator[None]:
    spoil()
    try:
        yield
    finally:
        mend()


def test_nothing_is_found_when_payments_of_every_kind_went_through_both_regions(hub: Hub) -> None:
    kinds = [each.message for each in load_samples() if each.name[:2] in EVERY_KIND]
    await_copies(hub)
    before = document(hub)["counts"]

    def send(region: str) -> int:
        client, randomness = hub.client(region), random.SystemRandom()
        own = OwnReferences(randomness)
        messages = [own.of(each) for each in kinds]
        return sum(send_message(client, each, patience_seconds=PATIENCE_SECONDS).ended for each in messages)

    with ThreadPoolExecutor(len(REGIONS)) as threads:
        assert sum(threads.map(send, REGIONS)) == 2 * len(EVERY_KIND)
    found = document(hub)
    assert (found["mismatches"], found["mismatches_per_10000_transactions"]) == ([], 0)
    for counted in ("transactions", "ledger_transactions", "answers", "payloads"):
        assert found["counts"][counted] - before[counted] >= 2 * len(EVERY_KIND)


def test_a_record_is_named_when_its_status_is_another(hub: Hub, settled: str) -> None:
    with spoilt(lambda: set_status(hub, settled, "RJCT"), lambda: set_status(hub, settled, "ACSC")):
        found = mismatches(hub, settled)
    assert {"a status is the last of its history", "what did not settle is not posted"} <= found.keys()
    assert mismatches(hub, settled) == {}


def test_an_answer_is_named_when_its_bytes_are_others(hub: Hub, region: str, settled: str) -> None:
    key = key_of(hub, settled, "answer")
    sealed = hub.sealed(region, key)
    other = content(hub, region, key).replace(b"ACSC", b"RJCT")
    spoil = hub.envelopes(region).seal(sealed_for(key), other)
    with spoilt(lambda: put(hub, region, key, spoil), lambda: put(hub, region, key, sealed)):
        found = mismatches(hub, settled)
    assert found.keys() == {"an answer is stored as it is on record"}
    assert mismatches(hub, settled) == {}


def test_ledger_and_transaction_are_named_when_a_posting_is_another(hub: Hub, settled: str) -> None:
    with spoilt(lambda: execute(hub, ADD_TO_POSTING, 1, settled), lambda: execute(hub, ADD_TO_POSTING, -1, settled)):
        of_ledger, found, printed = mismatches(hub, None), mismatches(hub, settled), command(hub)
    assert {"postings of a currency sum to zero", "a balance is the sum of its postings"} <= of_ledger.keys()
    assert found.keys() == {"postings are those of their transfers"}
    assert printed.returncode == 1
    assert f"    {settled}  postings at positions 0 are not those of their transfers" in printed.stdout
    assert " mismatches, " in printed.stdout.splitlines()[-1]
    assert mismatches(hub, settled) == mismatches(hub, None) == {}


def test_a_message_is_named_when_one_region_has_lost_it(hub: Hub, region: str, settled: str) -> None:
    named = {"Bucket": bucket_of(hub, region), "Key": key_of(hub, settled, "message")}
    store = hub.aws("s3", region)
    # A marker hides the object; no other Region gets it, and without the marker the object is there again.
    marker = store.delete_object(**named)["VersionId"]
    try:
        found = mismatches(hub, settled)
    finally:
        store.delete_object(**named, VersionId=marker)
    assert found == {"a message is stored in every Region": f"{region} has no message under its key"}
    assert mismatches(hub, settled) == {}


def test_books_answers_and_chains_still_hold_when_a_subject_is_erased(hub: Hub, tmp_path: Path) -> None:
    subject, values = person()
    vault = VaultClient.of(hub, REGIONS[0])
    tokens = vault.tokenise(*values)
    assert {each["status"] for each in vault.detokenise(*tokens)} == {"found"}
    single = OwnReferences(random.SystemRandom()).of(load_samples()[0].message)
    assert send_message(vault.client, single, patience_seconds=PATIENCE_SECONDS).ended
    before = document(hub)["counts"]
    assert vault.post("erase", {"subject": subject}).status_code == 200
    for region in REGIONS:
        assert {each["status"] for each in VaultClient.of(hub, region).detokenise(*tokens)} == {"erased"}
    assert document(hub)["counts"] == before
    key = tmp_path / "key.pem"
    assert twinrail(hub, "audit", "key", "--out", str(key)).returncode == 0
    verified = twinrail(hub, "audit", "verify", "--public-key", str(key))
    assert verified.returncode == 0, verified.stdout + verified.stderr
