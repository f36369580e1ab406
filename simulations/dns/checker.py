"""What Route 53's health checkers do: ask every endpoint, again and again, for as long as the cloud runs.

One checker stands for those that AWS has around the world, which agree by majority.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulations.dns.checks import CheckStates
    from simulations.dns.zones import Endpoint, HealthCheck, ZoneSource

LOOK_FOR_DUE_SECONDS = 0.5
CONNECT_SECONDS, RESPOND_SECONDS = 4.0, 2.0
"""What an endpoint is given (Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is
healthy")."""


class Probe(Protocol):
    """Asks an endpoint."""

    async def __call__(self, endpoint: Endpoint, path: str) -> bool:
        """Whether it answered in time with a status of 200 to 399."""


class HttpProbe:
    """Asks through the gate, as a client from outside would: what breaks there is seen here. The path has no TLS."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    async def __call__(self, endpoint: Endpoint, path: str) -> bool:
        """One request, on a connection of its own."""
        patience = httpx.Timeout(RESPOND_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with (
                asyncio.timeout(CONNECT_SECONDS + RESPOND_SECONDS),
                httpx.AsyncClient(trust_env=False, timeout=patience) as http,
            ):
                answer = await http.get(f"{self._origin}{endpoint.path}{path}")
        except (httpx.HTTPError, TimeoutError):
            return False
        return HTTPStatus.OK <= answer.status_code < HTTPStatus.BAD_REQUEST


class HealthChecker:
    """Looks at each check's endpoint once in its interval, the first time an interval after it was made."""

    def __init__(self, source: ZoneSource, states: CheckStates, probe: Probe, clock: Callable[[], float]) -> None:
        self._source = source
        self._states = states
        self._probe = probe
        self._clock = clock
        self._due: dict[str, float] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.look_where_due()
            await asyncio.sleep(LOOK_FOR_DUE_SECONDS)

    async def look_where_due(self) -> None:
        """Look at whatever has its interval behind it."""
        now, checks = self._clock(), self._asking()
        self._due = {each.identity: self._due.get(each.identity, now + each.interval_seconds) for each in checks}
        due = [each for each in checks if self._due[each.identity] <= now]
        self._due |= {each.identity: now + each.interval_seconds for each in due}
        await self._look(due)

    async def look_now(self) -> None:
        """Look at everything once, whenever it is due."""
        await self._look(self._asking())

    def _asking(self) -> list[HealthCheck]:
        return [each for each in self._source.checks().values() if not each.calculated]

    async def _look(self, checks: Iterable[HealthCheck]) -> None:
        await asyncio.gather(*(self._look_at(each) for each in checks))

    async def _look_at(self, check: HealthCheck) -> None:
        endpoint = endpoint_of(self._source, check.host)
        # A name that leads nowhere does not resolve: that is no answer either.
        self._states.saw(check, well=endpoint is not None and await self._probe(endpoint, check.path))


def endpoint_of(source: ZoneSource, host: str) -> Endpoint | None:
    """What a name leads to that has one record and no other."""
    targets = [each.target for each in source.records() if each.name == host and each.set_identifier is None]
    return source.endpoint(targets[0]) if targets else None
