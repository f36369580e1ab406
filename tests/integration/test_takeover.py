"""A Region is lost with payments under way, the other one takes them over, and it comes back.

Time is not waited for: the lost Region's last word, and what the other has seen so far, are set back in the leadership
table; the ticks are sent. The hub is shared with other tests, so each leaves both Regions active.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lambdas.core.audit.event import AuditAction
from lambdas.core.audit.record import AuditRecord
from lambdas.core.ledger.audit import violations
from lambdas.core.lifecycle import FailoverChoice
from lambdas.core.recovery import Leadership, RegionRecord, WatchState
from simulations.cloud.faults import Fault, FaultKind
from simulations.operations.audit_stores import AuditStores
from simulations.operations.leadership import LeadershipTable, this_moment
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import (
    XML,
    await_truth,
    balances,
    books_of,
    broken,
    calls_of,
    ended,
    gate,
    item,
    reset_calls,
    statuses,
    stopped,
)

TWINRAIL = Path(sys.executable).with_name("twinrail")
LONG_AGO = "2026-01-01T00:00:00.000Z"


def _other(region: str) -> str:
    return next(each for each in REGIONS if each != region)


def _leadership(hub: Hub) -> LeadershipTable:
    lost = {fault.region for fault in gate(hub).faults() if fault.kind is FaultKind.GONE}
    reached = next(each for each in REGIONS if each not in lost)
    return LeadershipTable(hub.aws("dynamodb", reached), str(hub.exports["dev-foundation"]["leadership_table_name"]))


def _record(hub: Hub, region: str) -> RegionRecord:
    return {each.region: each for each in _leadership(hub).all()}[region]


def _set(hub: Hub, region: str, attribute: str, value: dict[str, Any]) -> None:
    table = _leadership(hub)
    table.client.update_item(
        TableName=table.table,
        Key={"region": {"S": region}},
        UpdateExpression="SET #attribute = :value",
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":value": {"M": value}},
    )


def _silence(hub: Hub, region: str) -> None:
    """As if the Region had last been heard of long ago, and the other had looked in vain but once too few."""
    _set(hub, region, "beat", {"at": {"S": LONG_AGO}, "impaired": {"L": []}})
    _doubt(hub, _other(region))


def _doubt(hub: Hub, region: str) -> None:
    watch = {"state": {"S": WatchState.DOUBTED}, "looks": {"N": "99"}, "looked_at": {"S": LONG_AGO}}
    _set(hub, region, "watch", watch)


def _tick(hub: Hub, region: str) -> None:
    url = hub.exports[f"dev-{region}"]["recovery_tick_queue_url"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody='{"shards":[]}')


def _beaten(hub: Hub, region: str) -> None:
    """The Region's next word, by a tick that is sent now."""

    def heard() -> object:
        return {each.region: each.beat.at for each in _leadership(hub).all()}.get(region)

    known = heard()
    _tick(hub, region)
    await_truth(lambda: heard() not in (None, known))


def _taken_over(hub: Hub, region: str) -> bool:
    """Whether the other Region leads for it, as it will after one more look in vain.

    The schedule's own ticks go on meanwhile: what one of them has written over is set back once more.
    """
    there = _other(region)
    if not _record(hub, region).led_by(there):
        _silence(hub, region)
        _beaten(hub, there)
    return _record(hub, region).led_by(there)


def _command(hub: Hub, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TWINRAIL_HOME": str(hub.home)}
    return subprocess.run(
        [str(TWINRAIL), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def _audited(hub: Hub, region: str) -> list[AuditRecord]:
    stores = AuditStores.of(hub.status["aws_endpoint"], hub.exports["dev-foundation"])
    return [AuditRecord.parse(text) for page in stores.trail(region).from_sequence(1) for text in page]


def _audited_takeovers(hub: Hub, leader: str, lost: str) -> set[str]:
    """The transactions that are on record as taken over by a Region; none before the lead for that one is, too."""
    takeovers = [each.event for each in _audited(hub, leader) if each.event.action is AuditAction.TAKEOVER]
    assert {each.actor for each in takeovers} <= {f"recover/{leader}"}
    if not any(each.details.get("lost") == lost for each in takeovers):
        return set()
    return {transaction_id for each in takeovers for transaction_id in each.details.get("transactions", "").split()}


def _audit_key(hub: Hub) -> Path:
    path = hub.home / "audit-key.pem"
    assert _command(hub, "audit", "key", "--out", str(path)).returncode == 0
    return path


@pytest.fixture
def both(hub: Hub) -> Iterator[None]:
    """Both Regions are heard of; afterwards both lead themselves."""
    for each in REGIONS:
        _beaten(hub, each)
    yield
    for each in REGIONS:
        _beaten(hub, each)
        if _record(hub, each).state is Leadership.LOST:
            _leadership(hub).give_back(each, this_moment())


def _opened(hub: Hub, region: str, choice: FailoverChoice, body: bytes | None, status: str) -> str:
    client = hub.client(region)
    transaction_id = client.open_transaction(on_failover=choice).transaction_id
    if body is not None:
        client.submit(transaction_id, body, content_type=XML)
    await_truth(lambda: client.transaction(transaction_id)["status"] == status)
    return transaction_id


@pytest.mark.usefixtures("both")
def test_what_a_lost_region_left_open_ends_as_its_clients_chose_and_stays_so_when_it_is_back(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = _other(region)
    client, before = hub.client(there), balances(hub)
    redrive, cancel = FailoverChoice.REDRIVE, FailoverChoice.CANCEL
    with ExitStack() as back:
        for function in ("releasing", "timeout", "recover"):
            back.enter_context(stopped(hub, region, function))
        found = {(choice, "ACSP"): _opened(hub, region, choice, payment(), "ACSP") for choice in FailoverChoice}
        back.enter_context(stopped(hub, region, "processing"))
        found |= {(choice, "ACTC"): _opened(hub, region, choice, payment(), "ACTC") for choice in FailoverChoice}
        back.enter_context(stopped(hub, region, "incoming"))
        found |= {(choice, "ACCP"): _opened(hub, region, choice, None, "ACCP") for choice in FailoverChoice}
        await_truth(lambda: _taken_over(hub, region))
        views = {key: ended(client, each) for key, each in found.items() if key != (redrive, "ACCP")}
        assert {key: view["status"] for key, view in views.items()} == {
            (redrive, "ACSP"): "ACSC",
            (redrive, "ACTC"): "ACSC",
            (cancel, "ACSP"): "CANC",
            (cancel, "ACTC"): "CANC",
            (cancel, "ACCP"): "CANC",
        }
        for key, view in views.items():
            [takeover] = view["takeovers"]
            assert (takeover["from"], takeover["to"], takeover["epoch"]) == (region, there, 2), key
            assert view["owner_region"] == there
            assert client.answer(found[key]) is not None
        assert statuses(views[redrive, "ACTC"]) == ["ACCP", "ACTC", "ACSP", "ACSC"]
        # Its message had not come; the client sends it to the Region that is left.
        waiting = found[redrive, "ACCP"]
        await_truth(lambda: client.transaction(waiting)["owner_region"] == there)
        client.submit(waiting, payment(), content_type=XML)
        views[redrive, "ACCP"] = ended(client, waiting)
        assert views[redrive, "ACCP"]["status"] == "ACSC"
    # The Region is back, with all that was on its queues: another payment passes them behind that.
    following = _opened(hub, region, redrive, payment(), "ACSC")
    assert hub.client(region).transaction(following)["owner_region"] == region
    assert {key: client.transaction(each) for key, each in found.items()} == views
    assert violations(books_of(hub)) == ()
    moved = {bank: amount - before[bank] for bank, amount in balances(hub).items() if amount != before[bank]}
    assert sum(moved.values()) == 0
    await_truth(lambda: all("open_shard" not in item(hub, there, each) for each in found.values()))
    # It acts for nobody until it is given its own back.
    _beaten(hub, region)
    assert _record(hub, region).led_by(there)
    assert "mismatches" in (reconciled := _command(hub, "reconcile")).stdout
    assert reconciled.returncode == 0, reconciled.stdout
    seen = _command(hub, "regions", "--until", f"{region}=lost")
    assert seen.returncode == 0
    assert f"{region}  lost  led by {there}" in seen.stdout
    assert _command(hub, "regions", "--until", f"{region}=active", "--within", "0").returncode == 1
    assert "expected a Region and one of active, lost" in _command(hub, "regions", "--until", "gone").stderr
    given = _command(hub, "failback", "--region", region)
    assert given.returncode == 0, given.stderr
    assert _record(hub, region).state is Leadership.ACTIVE
    assert _command(hub, "failback", "--region", region).returncode == 2
    await_truth(lambda: set(found.values()) <= _audited_takeovers(hub, there, region))
    assert any(
        each.event.action is AuditAction.FAILBACK and each.event.details == {"region": region, "reconciled": "yes"}
        for each in _audited(hub, REGIONS[0])
    )
    assert _command(hub, "audit", "verify", "--public-key", str(_audit_key(hub))).returncode == 0


@pytest.mark.usefixtures("both")
def test_nothing_is_taken_when_the_other_region_was_heard_of_just_now(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = _other(region)
    with stopped(hub, region, "releasing"):
        transaction_id = _opened(hub, region, FailoverChoice.CANCEL, payment(), "ACSP")
        _doubt(hub, there)
        _beaten(hub, region)
        _beaten(hub, there)
        assert _record(hub, there).watch.state is WatchState.TRUSTED
        assert _record(hub, region).state is Leadership.ACTIVE
    assert ended(hub.client(region), transaction_id)["takeovers"] == []


@pytest.mark.usefixtures("both")
def test_a_late_write_changes_nothing_when_a_lost_region_is_back_with_work_in_hand_after_the_takeover(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    there = _other(region)
    client = hub.client(there)
    waits = Fault(region, FaultKind.SLOW, frozenset({"dynamodb"}), latency_ms=2_000)
    with ExitStack() as back:
        release = back.enter_context(stopped(hub, region, "releasing"))
        left = _opened(hub, region, FailoverChoice.REDRIVE, payment(), "ACSP")
        with broken(hub, waits):
            reset_calls(hub)
            release()
            # The money has moved and the answer is stored; the write that ends the transaction waits.
            await_truth(lambda: calls_of(hub, region, "releasing", "PutObject") > 0)
            come_back = back.enter_context(broken(hub, Fault(region, FaultKind.GONE, freeze=True)))
        await_truth(lambda: _taken_over(hub, region))
        view = ended(client, left)
        assert view["status"] == "ACSC"
        assert [each["epoch"] for each in view["takeovers"]] == [2]
        assert calls_of(hub, region, "releasing", "UpdateItem") == 0
        come_back()
        await_truth(lambda: calls_of(hub, region, "releasing", "UpdateItem") > 0)
    assert client.transaction(left) == view
    assert violations(books_of(hub)) == ()
    assert _opened(hub, region, FailoverChoice.REDRIVE, payment(), "ACSC")
    assert client.transaction(left) == view
