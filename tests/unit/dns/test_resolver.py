"""An answer is kept for as long as its TTL says, and no longer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from simulations.dns.resolver import Answer, CachedResolver, GlobalName
from tests.unit.dns.zones import ONE, OTHER, SHARED, SINGLE, Clock


@dataclass
class Servers:
    """The zone's servers: what they answer with, and what they were asked."""

    region: str = ONE
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, name: str, client_region: str) -> Answer:
        self.asked.append((name, client_region))
        return Answer(name, self.region, f"http://127.0.0.1/{self.region}", 30)


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def resolver(servers: Servers, clock: Clock) -> CachedResolver:
    return CachedResolver(servers.ask, OTHER, clock)


def test_the_old_region_is_spoken_to_until_the_ttl_is_over_when_the_answer_changes(
    resolver: CachedResolver, servers: Servers, clock: Clock
) -> None:
    name = GlobalName(SHARED, resolver)
    assert name.region() == ONE
    servers.region = OTHER
    clock.now += 29.9
    assert name.region() == ONE
    clock.now += 0.1
    assert name.region() == OTHER
    assert servers.asked == [(SHARED, OTHER)] * 2


def test_each_name_is_kept_by_itself_when_several_are_asked_for(resolver: CachedResolver, servers: Servers) -> None:
    for _ in range(2):
        assert [resolver.resolve(each).name for each in (SHARED, SINGLE)] == [SHARED, SINGLE]
    assert servers.asked == [(SHARED, OTHER), (SINGLE, OTHER)]


def test_one_asks_when_many_threads_want_the_same(resolver: CachedResolver, servers: Servers) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert {each.region for each in pool.map(resolver.resolve, [SHARED] * 64)} == {ONE}
    assert servers.asked == [(SHARED, OTHER)]


def test_a_failure_is_not_kept_when_the_servers_do_not_answer(clock: Clock, servers: Servers) -> None:
    failures = [ConnectionError("no answer")]

    def ask(name: str, client_region: str) -> Answer:
        if failures:
            raise failures.pop()
        return servers.ask(name, client_region)

    resolver = CachedResolver(ask, ONE, clock)
    with pytest.raises(ConnectionError):
        resolver.resolve(SHARED)
    assert resolver.resolve(SHARED).region == ONE
