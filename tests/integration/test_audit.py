"""The audit chains of a deployed hub: what operators do is on them, heads are signed, and an edit is found.

On a chain of its own making where it edits: the hub is shared with other tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambdas.core.audit.event import AuditAction
from lambdas.core.audit.record import AuditRecord
from simulations.checkers.chains import AuditSource, check_chains
from simulations.operations.audit_chains import judged
from simulations.operations.audit_stores import AuditStores
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import await_truth

TWINRAIL = Path(sys.executable).with_name("twinrail")
OPERATOR = "arn:aws:iam::000000000000:root"


def command(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TWINRAIL_HOME": str(hub.home)}
    return subprocess.run(
        [str(TWINRAIL), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def stores_of(hub: Hub) -> AuditStores:
    return AuditStores.of(hub.status["aws_endpoint"], hub.exports["dev-foundation"])


def records(hub: Hub, region: str) -> list[AuditRecord]:
    return [AuditRecord.parse(text) for page in stores_of(hub).trail(region).from_sequence(1) for text in page]


def attested(hub: Hub, region: str) -> int:
    """The number of the last record that is signed, after a tick that is sent now."""
    stores = stores_of(hub)
    wanted = stores.trail(region).last().sequence
    url = hub.exports[f"dev-{region}"]["audit_tick_queue_url"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody='{"fan_out":true}')

    def signed() -> int:
        copy = next(each for each in stores.copies(asked=region) if each.chain == region)
        return max((json.loads(head)["sequence"] for head in copy.heads), default=-1)

    await_truth(lambda: signed() >= wanted)
    return wanted


def test_what_operators_did_is_signed_in_the_other_region_and_verifies_offline_when_it_is_exported(
    hub: Hub, region: str, tmp_path: Path
) -> None:
    before = len(records(hub, region))
    assert command(hub, "redrive", "--region", region, "--queue", "incoming").returncode == 0
    assert command(hub, "replay", "--region", region, "--since", "1s").returncode == 0
    redriven, replayed = records(hub, region)[before:][:2]
    assert (redriven.event.action, redriven.event.actor) == (AuditAction.REDRIVE, OPERATOR)
    assert redriven.event.details == {"queues": "incoming"}
    assert (replayed.event.action, set(replayed.event.details)) == (AuditAction.REPLAY, {"since"})
    assert attested(hub, region) > before
    key, export = tmp_path / "key.pem", tmp_path / "export"
    assert command(hub, "audit", "key", "--out", str(key)).returncode == 0
    online = command(hub, "audit", "verify", "--public-key", str(key), "--export", str(export), "--json")
    assert online.returncode == 0, online.stdout + online.stderr
    chain = next(each for each in json.loads(online.stdout)["chains"] if each["chain"] == region)
    assert (chain["holds"], chain["unsigned"]) == (True, 0)
    assert chain["records"] >= before + 2
    offline = ("audit", "verify", "--from", str(export), "--public-key")
    nowhere = Hub(hub.status, hub.exports, hub.http, hub.ledger_port, tmp_path)
    assert command(nowhere, *offline, str(key)).returncode == 0
    kept = export / f"{region}.records.jsonl"
    lines = kept.read_text(encoding="ascii").splitlines(keepends=True)
    kept.write_text("".join(lines[:-1]), encoding="ascii")
    cut = command(nowhere, *offline, str(key))
    assert cut.returncode == 1
    assert f"record {len(lines)}: cut off the end" in cut.stdout
    assert command(nowhere, "audit", "verify", "--from", str(export)).returncode == 2


def test_an_edit_in_the_table_is_found_and_named_when_someone_wrote_past_the_hub(hub: Hub) -> None:
    stores = stores_of(hub)
    region, key = REGIONS[0], stores.public_key(asked=REGIONS[0])
    trail = stores.trail(region)
    for number in range(3):
        stores.record(region, AuditAction.REDRIVE, OPERATOR, queues=f"incoming {number}")
    last = attested(hub, region)
    source = _source(hub, stores)
    assert check_chains(source) == ()
    client, place = trail.client, {"chain": {"S": region}, "sequence": {"N": str(last - 1)}}
    item = client.get_item(TableName=stores.table, Key=place, ConsistentRead=True)["Item"]
    edited = {**item, "record": {"S": str(item["record"]["S"]).replace("incoming", "releasing")}}
    try:
        client.put_item(TableName=stores.table, Item=edited)
        copy = next(each for each in stores.copies(asked=region) if each.chain == region)
        finding = judged(copy, key).finding
        assert finding is not None
        assert (finding.edit, finding.sequence) == ("changed", last - 1)
        assert {each.rule.split()[0] for each in check_chains(source)} == {"each", "what"}
    finally:
        client.put_item(TableName=stores.table, Item=item)
    assert check_chains(source) == ()


def _source(hub: Hub, stores: AuditStores) -> AuditSource:
    one, other = REGIONS

    def heads(chain: str, there: str) -> tuple[Any, str]:
        return hub.aws("s3", there), stores.heads[chain]

    return AuditSource(
        dynamodb=hub.aws("dynamodb", one),
        table=stores.table,
        heads={one: heads(one, other), other: heads(other, one)},
        public_key=stores.public_key(asked=one).der(),
    )


@pytest.mark.parametrize("arguments", [("--from", "nowhere"), ("--from", "nowhere", "--public-key", "nowhere.pem")])
def test_it_says_what_it_expected_when_it_is_badly_used(hub: Hub, arguments: tuple[str, ...]) -> None:
    refused = command(hub, "audit", "verify", *arguments)
    assert refused.returncode == 2
    assert "expected" in refused.stderr
