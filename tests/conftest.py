"""What several tiers share: recorded programs, the deployed hub; and a run's last step: grants against calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from simulations.cloud import deployment
from simulations.cloud.realisers.base import Cloud
from simulations.permissions.deployed import evidence
from simulations.traffic.client import open_http
from simulations.traffic.payments import credit_transfer
from tests import grants_seen
from tests.component.recording import DEV_ACCOUNT, PROD_ACCOUNT, RecordedStack, record_environment
from tests.integration.conftest import REGIONS, Hub


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(grants_seen.GrantsSeen(config), grants_seen.NAME)


@pytest.fixture(scope="session")
def hub(request: pytest.FixtureRequest) -> Iterator[Hub]:
    """The hub under test, with IAM enforced: who takes it belongs to the xdist group "hub", so that it is made once."""
    with deployment.temporary("dev", enforce_iam=True) as (deployed, status), open_http() as http:
        exports = {graph.stack: dict(graph.exports) for graph in deployed.graphs}
        yield Hub(status.document(), exports, http, deployed.ledger_port, deployed.home)
        plugin = request.config.pluginmanager.getplugin(grants_seen.NAME)
        if isinstance(plugin, grants_seen.GrantsSeen):
            endpoint = status.document()["aws_endpoint"]
            plugin.add(evidence(Cloud(str(endpoint), "000000000000", region) for region in REGIONS))


@pytest.fixture(params=REGIONS)
def region(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def payment() -> Callable[[], bytes]:
    """Makes valid messages, each with ids of its own."""
    randomness = random.SystemRandom()
    return lambda: credit_transfer(randomness, datetime.now(UTC))


@pytest.fixture(scope="session")
def dev() -> dict[str, RecordedStack]:
    """The three stacks of dev, by name: who takes them belongs to the xdist group "program", so that it is run once."""
    return record_environment("dev", DEV_ACCOUNT)


@pytest.fixture(scope="session")
def prod() -> dict[str, RecordedStack]:
    """The three stacks of prod, by name: as dev."""
    return record_environment("prod", PROD_ACCOUNT)
