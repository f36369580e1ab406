"""One embedded cloud for all tests of realisers: they share it by names that are their own."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Protocol

import pytest

from simulations.cloud.emulator import running_emulator
from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.base import Clients, Cloud, Inputs, JsonValue, Realised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOME, AWAY = "eu-west-1", "eu-west-2"
PATIENCE_SECONDS = 10.0


class Create(Protocol):
    """Creates a resource by its type and inputs, in a Region; what it made goes at the end of the test."""

    def __call__(self, type_token: str, inputs: Inputs, cloud: Cloud | None = None) -> Realised: ...


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the embedded cloud answers."""
    with running_emulator(tmp_path_factory.mktemp("cloud")) as emulator:
        yield emulator.endpoint


@pytest.fixture(scope="session")
def home(endpoint: str) -> Cloud:
    """The first Region."""
    return Cloud(endpoint, "000000000000", HOME, clients=Clients())


@pytest.fixture(scope="session")
def away(home: Cloud) -> Cloud:
    """The second Region, of the same account."""
    return home.in_region(AWAY)


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    """A name that no other test has, short enough for any resource."""
    name = re.sub("[^a-z0-9]+", "-", str(request.node.name).lower())
    return name.removeprefix("test-")[:48].strip("-")


@pytest.fixture
def create(home: Cloud) -> Iterator[Create]:
    """Creates resources and deletes them, last first."""
    made: list[tuple[str, Cloud, Realised]] = []

    def make(type_token: str, inputs: Inputs, cloud: Cloud | None = None) -> Realised:
        there = cloud or home
        realised = REALISERS[type_token].create(there, inputs)
        made.append((type_token, there, realised))
        return realised

    yield make
    for type_token, cloud, realised in reversed(made):
        REALISERS[type_token].delete(cloud, realised.id, realised.outputs)


@pytest.fixture
def eventually() -> Callable[[Callable[[], JsonValue]], JsonValue]:
    """Asks until the answer is something, or patience ends. Without a sleep: each question is a call."""

    def ask(question: Callable[[], JsonValue]) -> JsonValue:
        deadline = time.monotonic() + PATIENCE_SECONDS
        answer = question()
        while not answer and time.monotonic() < deadline:
            answer = question()
        return answer

    return ask
