"""A message waits for both Regions' stores, or for one, as its client asks; and the transaction says which it got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from simulations.traffic.client import HubClient
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import await_truth, ended, item, look_for_copies, statuses
from tests.integration.test_bad_input import XML, error_of

HANGS_MS = 30_000.0


def elsewhere(region: str) -> str:
    return next(each for each in REGIONS if each != region)


@contextmanager
def faulty(hub: Hub, *, region: str, **fault: str | float) -> Iterator[Callable[[], None]]:
    """While the Region's S3 is faulty; gives what heals it before the end."""
    faults = f"{hub.status['aws_endpoint']}/_twinrail/faults"

    def heal() -> None:
        hub.http.delete(faults).raise_for_status()

    description = {"region": region, "services": ["s3"], **fault}
    hub.http.post(faults, json=description).raise_for_status()
    try:
        yield heal
    finally:
        heal()


def sent(client: HubClient, body: bytes, consistency: str | None = None) -> str:
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type=XML, consistency=consistency)
    return transaction_id


@pytest.mark.parametrize("consistency", [None, "both", "available"])
def test_both_regions_have_it_when_all_is_well(
    hub: Hub, region: str, payment: Callable[[], bytes], consistency: str | None
) -> None:
    client = hub.client(region)
    transaction_id = sent(client, payment(), consistency)
    view = ended(client, transaction_id)
    assert view["status"] == "ACSC"
    assert view["consistency"] == {"asked": consistency or "both", "got": "both", "regions": list(REGIONS)}
    assert "open_shard" not in item(hub, region, transaction_id)


def test_one_settles_and_one_waits_when_the_other_regions_store_cannot_be_reached(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with faulty(hub, kind="unreachable", region=elsewhere(region)) as heal:
        waiting, content = sent(client, payment()), sent(client, payment(), "available")
        view = ended(client, content)
        assert statuses(view) == ["ACCP", "ACTC", "ACSP", "ACSC"]
        assert view["consistency"] == {"asked": "available", "got": "available", "regions": [region]}
        assert client.answer(content) is not None
        assert client.transaction(waiting)["status"] == "ACCP"
        assert client.transaction(waiting)["consistency"] is None
        heal()
        assert ended(client, waiting)["status"] == "ACSC"
    assert client.transaction(waiting)["consistency"]["got"] == "both"
    look_for_copies(hub, region)
    await_truth(lambda: client.transaction(content)["consistency"]["got"] == "both")
    assert client.transaction(content)["consistency"]["regions"] == list(REGIONS)
    assert statuses(client.transaction(content)) == statuses(view)
    assert bodies(hub, content) == [1, 1]
    await_truth(lambda: "open_shard" not in item(hub, region, content))


def bodies(hub: Hub, transaction_id: str) -> list[int]:
    """How many messages of a transaction each Region has."""
    buckets = hub.exports["dev-foundation"]["payload_buckets"]
    listed = [
        hub.aws("s3", region).list_objects_v2(Bucket=buckets[region], Prefix=f"incoming/{transaction_id}/")
        for region in REGIONS
    ]
    return [each["KeyCount"] for each in listed]


@pytest.mark.parametrize("fault", [{"kind": "unreachable"}, {"kind": "slow", "latency_ms": HANGS_MS}])
def test_a_payment_settles_without_this_regions_store_when_the_other_one_is_enough(
    hub: Hub, region: str, payment: Callable[[], bytes], fault: dict[str, str | float]
) -> None:
    client = hub.client(region)
    with faulty(hub, region=region, **fault):
        transaction_id = sent(client, payment(), "available")
        view = client.await_end(transaction_id, patience_seconds=20)
        assert view["status"] == "ACSC"
        assert view["consistency"]["regions"] == [elsewhere(region)]
        # Wherever the client asks: a terminal status is only visible when its answer can be read.
        for each in REGIONS:
            assert hub.client(each).answer(transaction_id) is not None


def test_a_stream_of_payments_is_not_held_up_when_the_other_regions_store_hangs(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    with faulty(hub, kind="slow", region=elsewhere(region), latency_ms=HANGS_MS):
        opened = [sent(client, payment(), "available") for _ in range(10)]
        for each in opened:
            assert client.await_end(each, patience_seconds=20)["status"] == "ACSC"


def test_400_when_the_header_names_no_consistency_that_there_is(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    client = hub.client(region)
    headers = {
        "Authorization": f"Bearer {client.token()}",
        "X-Transaction-Id": client.open_transaction().transaction_id,
        "Content-Type": XML,
        "X-Consistency": "most",
    }
    response = hub.http.post(f"{client.endpoint.api}/messages", headers=headers, content=payment())
    assert response.status_code == 400
    error = error_of(response)
    assert error["code"] == "INVALID_CONSISTENCY"
    assert error["details"] == [{"where": "header X-Consistency", "expected": "both or available"}]
