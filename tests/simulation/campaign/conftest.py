"""One hub for all tests of the campaign: they share an xdist group, so that one worker deploys once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulations.campaign.environments import Fleet
from simulations.campaign.experiment import Laboratory
from simulations.campaign.hub import CampaignHub, deployed_hub


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.xdist_group("campaign"))


@pytest.fixture(scope="session")
def campaign_hub() -> Iterator[CampaignHub]:
    with deployed_hub() as hub:
        yield hub


@pytest.fixture
def laboratory_with(campaign_hub: CampaignHub) -> Iterator[Callable[[Callable[[], None] | None], Laboratory]]:
    """Makes a laboratory whose processes are prepared by a function; what it leaves is cleared away."""
    fleets: list[Fleet] = []

    def made(prepare: Callable[[], None] | None) -> Laboratory:
        fleets.append(Fleet(lambda function, region: campaign_hub.launch(function, region, prepare)))
        return Laboratory(campaign_hub, fleets[-1], "tests")

    yield made
    for fleet in fleets:
        fleet.end()
    campaign_hub.clear()
