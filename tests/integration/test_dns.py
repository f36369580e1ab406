"""The global name leads to a Region that can carry payments, as Route 53 would answer it.

Time is not waited for: a look at every endpoint is asked for, and the clients' clocks are the tests' own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from lambdas.core.recovery import Leadership, RegionRecord
from simulations.cloud.faults import Fault, FaultKind
from simulations.dns.client import DnsClient
from simulations.dns.resolver import CachedResolver, GlobalName
from simulations.operations.leadership import LeadershipTable, this_moment
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import XML, await_truth, broken, ended

FAILURES, TTL_SECONDS = 3, 30
"""Of dev."""


@dataclass
class Clock:
    """A client's seconds, as the test sets them."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Client:
    """A client in one Region: what it knows of the global name, and its clock."""

    name: GlobalName
    clock: Clock


@pytest.fixture
def dns(hub: Hub) -> Iterator[DnsClient]:
    """Both Regions are answered with, before and after."""
    client = DnsClient(str(hub.status["aws_endpoint"]))
    await_truth(lambda: _all_well(client))
    yield client
    await_truth(lambda: _all_well(client))


def _all_well(client: DnsClient) -> bool:
    return all(each.well for each in client.look().checks)


def _client(hub: Hub, dns: DnsClient, region: str) -> Client:
    clock = Clock()
    return Client(GlobalName(str(hub.status["global_name"]), CachedResolver(dns.ask, region, clock)), clock)


def _other(region: str) -> str:
    return next(each for each in REGIONS if each != region)


def _looked(dns: DnsClient, times: int = FAILURES) -> None:
    for _ in range(times):
        dns.look()


def test_each_client_gets_its_own_region_when_both_are_well(hub: Hub, dns: DnsClient) -> None:
    answers = {region: dns.ask(str(hub.status["global_name"]), region) for region in REGIONS}
    assert {region: each.region for region, each in answers.items()} == {region: region for region in REGIONS}
    for region, each in answers.items():
        assert (each.url, each.ttl_seconds) == (hub.status["regions"][region]["api"], TTL_SECONDS)
    names = hub.exports["dev-eu-west-1"]["api_names"]
    assert {dns.ask(names["single"], region).region for region in REGIONS} == {REGIONS[0]}
    assert {dns.ask(names["own"], region).region for region in REGIONS} == {REGIONS[0]}


def test_health_is_asked_for_unbidden_when_the_cloud_runs(hub: Hub) -> None:
    def asked() -> dict[str, int]:
        counted = hub.http.get(f"{hub.status['aws_endpoint']}/_twinrail/calls").raise_for_status().json()["calls"]
        return {
            each["region"]: each["count"]
            for each in counted
            if (each["service"], each["operation"]) == ("execute-api", "GET /health")
        }

    before = asked()
    await_truth(lambda: all(asked().get(region, 0) > before.get(region, 0) for region in REGIONS))


def test_clients_go_to_the_other_region_once_their_answer_is_too_old_when_one_does_not_answer(
    hub: Hub, dns: DnsClient, region: str
) -> None:
    client = _client(hub, dns, region)
    assert client.name.region() == region
    known = len(dns.health().changes)
    # Its API alone: what is behind that goes on.
    with broken(hub, Fault(region, FaultKind.UNREACHABLE, services=frozenset({"execute-api"}))):
        _looked(dns)
        assert dns.ask(str(hub.status["global_name"]), region).region == _other(region)
        client.clock.now += TTL_SECONDS - 1
        assert client.name.region() == region
        client.clock.now += 1
        assert client.name.region() == _other(region)
    gone, *_ = dns.health().changes[known:]
    assert (gone.host.split(".")[0], gone.well) == (region, False)
    assert gone.first_seen_at <= gone.at
    _looked(dns)
    client.clock.now += TTL_SECONDS
    assert client.name.region() == region


def test_a_payment_goes_through_the_region_that_is_left_when_the_other_is_left_out(
    hub: Hub, dns: DnsClient, region: str, payment: Callable[[], bytes]
) -> None:
    dns.switch(region, on=False)
    try:
        left = dns.ask(str(hub.status["global_name"]), region).region
        client = hub.client(left)
        transaction_id = client.open_transaction().transaction_id
        client.submit(transaction_id, payment(), content_type=XML)
        view = ended(client, transaction_id)
    finally:
        dns.switch(region, on=True)
    assert (view["status"], view["owner_region"]) == ("ACSC", _other(region))


def test_a_lost_region_stays_away_though_it_is_well_until_it_is_given_its_own_back(
    hub: Hub, dns: DnsClient, region: str
) -> None:
    name, table = str(hub.status["global_name"]), _heard_of(hub, region)
    _take(table, region)
    try:
        # Well enough for longer than it takes to be believed again.
        _looked(dns, 2 * FAILURES)
        assert dns.ask(name, region).region == _other(region)
        response = hub.http.get(f"{hub.client(region).endpoint.api}/health")
        assert response.status_code == 503
        document = response.json()
        assert (document["status"], document["leadership"]) == ("unhealthy", "lost")
        assert {check["state"] for check in document["checks"].values()} == {"ok"}
        # Its beat says that it is well: it can be given its own back.
        _heard_of(hub, region)
        assert _record(table, region).beat.impaired == ()
    finally:
        table.give_back(region, this_moment())
    _looked(dns)
    assert dns.ask(name, region).region == region


def _heard_of(hub: Hub, region: str) -> LeadershipTable:
    """The table, once the Region has beaten anew."""
    table = LeadershipTable(hub.aws("dynamodb", region), str(hub.exports["dev-foundation"]["leadership_table_name"]))
    before = {each.region: each.beat.at for each in table.all()}.get(region)
    url = hub.exports[f"dev-{region}"]["recovery_tick_queue_url"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody='{"shards":[]}')
    await_truth(lambda: {each.region: each.beat.at for each in table.all()}.get(region) not in (None, before))
    return table


def _record(table: LeadershipTable, region: str) -> RegionRecord:
    return {each.region: each for each in table.all()}[region]


def _take(table: LeadershipTable, region: str) -> None:
    """As the other Region's takeover writes it."""
    table.client.update_item(
        TableName=table.table,
        Key={"region": {"S": region}},
        UpdateExpression="SET #state = :lost, #leader = :other ADD #generation :one",
        ExpressionAttributeNames={f"#{each}": each for each in ("state", "leader", "generation")},
        ExpressionAttributeValues={
            ":lost": {"S": Leadership.LOST},
            ":other": {"S": _other(region)},
            ":one": {"N": "1"},
        },
    )
