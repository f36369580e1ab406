"""The pages of DNS: answers, states, a look now, an operator's switch; everything else goes to the gate."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from ministack.services import apigateway_v1, route53

from simulations.dns.checker import HealthChecker
from simulations.dns.checks import CheckStates
from simulations.dns.emulated import EmulatedZones
from simulations.dns.pages import WithDns
from tests.simulation.cloud.requests import Behind, Exchange, scope
from tests.unit.dns.zones import ONE, OTHER, REGIONS, SHARED, Clock, Probe, Zones

ORIGIN = "http://127.0.0.1:4566"


class PagesUnderTest:
    """Pages over two Regions, with a gate behind that answers everything."""

    def __init__(self) -> None:
        self.behind, self.probe, zones, clock = Behind(), Probe(), Zones(), Clock()
        states = CheckStates(clock)
        checker = HealthChecker(zones, states, self.probe, clock)
        self.application = WithDns(self.behind, zones, states, checker, ORIGIN)

    def ask(self, method: str, path: str, document: object = None) -> tuple[int, Any]:
        exchange = Exchange(b"" if document is None else json.dumps(document).encode())
        asyncio.run(self.application(scope(method, path), exchange.receive, exchange.send))
        return exchange.status, json.loads(exchange.answer or b"null")

    def answered(self, client_region: str) -> Any:
        return self.ask("POST", "/_twinrail/dns/answer", {"name": SHARED, "from": client_region})[1]["region"]


@pytest.fixture
def pages() -> PagesUnderTest:
    return PagesUnderTest()


def test_the_answer_has_the_regions_address_here_and_its_ttl_when_a_name_is_asked_for(pages: PagesUnderTest) -> None:
    assert pages.ask("POST", "/_twinrail/dns/answer", {"name": f"{SHARED}.", "from": OTHER}) == (
        200,
        {
            "name": SHARED,
            "target": f"shared.{OTHER}.gateway",
            "ttl_seconds": 30,
            "region": OTHER,
            "url": f"{ORIGIN}/_aws/execute-api/api-{OTHER}/v1",
        },
    )


def test_the_other_region_is_answered_after_three_looks_when_one_does_not_answer(pages: PagesUnderTest) -> None:
    pages.probe.ill.add(ONE)
    for _ in range(2):
        pages.ask("POST", "/_twinrail/dns/look")
    assert pages.answered(ONE) == ONE
    _, health = pages.ask("POST", "/_twinrail/dns/look")
    assert pages.answered(ONE) == OTHER
    assert [(each["host"], each["well"]) for each in health["changes"]] == [(f"{ONE}.{SHARED}", False)]
    assert {each["check_id"]: each["well"] for each in health["checks"]} == {
        f"check-{ONE}": False,
        f"both-{ONE}": False,
        f"check-{OTHER}": True,
        f"both-{OTHER}": True,
    }
    assert pages.ask("GET", "/_twinrail/dns/health")[1] == health


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_left_out_until_it_is_put_back_when_an_operator_switches_it_off(
    pages: PagesUnderTest, region: str
) -> None:
    [other] = set(REGIONS) - {region}
    pages.ask("POST", "/_twinrail/dns/switch", {"region": region, "on": False})
    pages.ask("POST", "/_twinrail/dns/look")
    assert pages.answered(region) == other
    pages.ask("POST", "/_twinrail/dns/switch", {"region": region, "on": True})
    assert pages.answered(region) == region


@pytest.mark.parametrize(
    ("page", "document", "status", "error"),
    [
        ("answer", {"name": "elsewhere.example", "from": ONE}, 404, "elsewhere.example: no such name"),
        ("answer", {"name": SHARED}, 400, "expected"),
        ("answer", [], 400, "expected"),
        ("answer", {"name": SHARED, "from": "nowhere"}, 400, "nowhere to eu-west-1 is not known"),
        ("switch", {"region": "us-east-1", "on": False}, 404, "us-east-1: no Region with a switch"),
        ("switch", {"region": ONE}, 400, "expected"),
        ("zones", {}, 404, "no such page"),
    ],
)
def test_one_clear_line_is_said_when_a_question_is_wrong(
    pages: PagesUnderTest, page: str, document: object, status: int, error: str
) -> None:
    found, answer = pages.ask("POST", f"/_twinrail/dns/{page}", document)
    assert found == status
    assert error in answer["error"]


def test_the_gate_answers_when_a_page_is_not_of_dns(pages: PagesUnderTest) -> None:
    exchange = Exchange()
    asyncio.run(pages.application(scope("GET", "/_twinrail/health"), exchange.receive, exchange.send))
    assert pages.behind.paths == ["/_twinrail/health"]


@pytest.mark.parametrize(
    ("owner", "attribute"),
    [
        (route53, "_records"),
        (route53, "_health_checks"),
        (apigateway_v1, "_domain_names"),
        (apigateway_v1, "_base_path_mappings"),
    ],
)
def test_the_attribute_is_there_when_zones_are_read_from_the_emulator(owner: object, attribute: str) -> None:
    assert hasattr(getattr(owner, attribute), "_data")


def test_nothing_is_there_when_nothing_was_made() -> None:
    zones = EmulatedZones()
    assert (zones.records(), dict(zones.checks()), zones.endpoint("one.gateway")) == ((), {}, None)
