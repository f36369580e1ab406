"""Zones of two Regions, as the program makes them, and what tests do to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulations.dns.zones import CALCULATED, Endpoint, HealthCheck, Record

ONE, OTHER = "eu-west-1", "eu-west-2"
REGIONS = (ONE, OTHER)
SHARED, SINGLE = "api.example", "single.api.example"


def own(region: str) -> str:
    return f"{region}.{SHARED}"


def check(region: str, *, failures: int = 3) -> HealthCheck:
    return HealthCheck(f"check-{region}", "HTTPS", own(region), "/health", 10, failures)


def combined(region: str) -> HealthCheck:
    children = (f"check-{region}", f"switch-{region}")
    return HealthCheck(f"both-{region}", CALCULATED, children=children, threshold=2)


def _records(region: str) -> tuple[Record, ...]:
    standing = "PRIMARY" if region == ONE else "SECONDARY"
    return (
        Record(own(region), f"own.{region}.gateway", 30),
        Record(SHARED, f"shared.{region}.gateway", 30, region, near=region, health_check_id=f"both-{region}"),
        Record(SINGLE, f"single.{region}.gateway", 30, region, standing=standing, health_check_id=f"both-{region}"),
    )


RECORDS = tuple(record for region in REGIONS for record in _records(region))


@dataclass
class Zones:
    """ZoneSource of two Regions; `failures` of each check."""

    failures: int = 3
    missing: set[str] = field(default_factory=set)

    def records(self) -> tuple[Record, ...]:
        return tuple(each for each in RECORDS if each.name not in self.missing)

    def checks(self) -> Mapping[str, HealthCheck]:
        made = [each for region in REGIONS for each in (check(region, failures=self.failures), combined(region))]
        return {each.identity: each for each in made}

    def endpoint(self, host: str) -> Endpoint | None:
        return next((Endpoint(region, f"api-{region}", "v1") for region in REGIONS if region in host), None)


@dataclass
class Probe:
    """Answers for each Region; `ill` do not answer. `asked`: which were, in order."""

    ill: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, endpoint: Endpoint, path: str) -> bool:
        assert path == "/health"
        self.asked.append(endpoint.region)
        return endpoint.region not in self.ill


@dataclass
class Clock:
    """Seconds, as the test sets them."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now
