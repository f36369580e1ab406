"""What has not ended by its deadline is rejected. Time is not waited for: the deadline is set back, a tick is sent."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import XML, await_truth, ended, expire, item, statuses, stopped, tick


def test_it_is_rejected_with_an_answer_when_its_message_never_came(hub: Hub, region: str) -> None:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    assert item(hub, region, transaction_id)["open_shard"]["S"].startswith(f"{region}#")
    expire(hub, region, transaction_id)
    tick(hub, region)
    view = ended(client, transaction_id)
    assert statuses(view) == ["ACCP", "RJCT"]
    assert view["reason"]["code"] == "AB03"
    answer = client.answer(transaction_id)
    assert answer is not None
    assert b"<OrgnlMsgId>NOTPROVIDED</OrgnlMsgId>" in answer
    await_truth(lambda: "open_shard" not in item(hub, region, transaction_id))


def test_another_region_leaves_it_alone_when_it_is_told_to_look(hub: Hub) -> None:
    here, there = REGIONS
    client = hub.client(here)
    open_here, open_there = (hub.client(each).open_transaction().transaction_id for each in REGIONS)
    # Its own Region's schedule would end it at any moment.
    with stopped(hub, here, "timeout"):
        expire(hub, here, open_here)
        expire(hub, there, open_there)
        tick(hub, there)
        ended(hub.client(there), open_there)
        assert client.transaction(open_here)["status"] == "ACCP"
    tick(hub, here)
    assert ended(client, open_here)["owner_region"] == here


def test_nothing_changes_when_processing_resumes_after_the_deadline(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with stopped(hub, region, "processing"):
        transaction_id = client.open_transaction().transaction_id
        client.submit(transaction_id, payment(), content_type=XML)
        await_truth(lambda: client.transaction(transaction_id)["status"] == "ACTC")
        expire(hub, region, transaction_id)
        tick(hub, region)
        view = ended(client, transaction_id)
        answer = client.answer(transaction_id)
    assert statuses(view) == ["ACCP", "ACTC", "RJCT"]
    assert [each["status"] for each in view["payments"]] == ["RJCT"]
    assert answer is not None
    assert b"NOTPROVIDED" not in answer
    # The next payment passes all queues behind the one that waited.
    following = client.open_transaction().transaction_id
    client.submit(following, payment(), content_type=XML)
    assert ended(client, following)["status"] == "ACSC"
    assert client.transaction(transaction_id) == view
    assert client.answer(transaction_id) == answer


def test_each_ends_once_with_the_answer_that_it_names_when_ticks_race_releasing(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with stopped(hub, region, "releasing"):
        opened = [client.open_transaction().transaction_id for _ in range(12)]
        for each in opened:
            client.submit(each, payment(), content_type=XML)
        await_truth(lambda: all(client.transaction(each)["status"] == "ACSP" for each in opened))
        for each in opened:
            expire(hub, region, each)
        tick(hub, region)
    for each in opened:
        view = ended(client, each)
        assert statuses(view) in (["ACCP", "ACTC", "ACSP", "ACSC"], ["ACCP", "ACTC", "ACSP", "RJCT"])
        answer = client.answer(each)
        assert answer is not None
        assert f"<GrpSts>{view['status']}</GrpSts>".encode() in answer
