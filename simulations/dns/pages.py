"""The pages of DNS under `/_twinrail/dns/`, beside those of the gate: answers, the state of health checks, a look now.

POST answer   {"name", "from"}: what a client in that Region is answered
GET  health   each check's state, and the changes
POST look     every endpoint is asked once, now; then as health
POST switch   {"region", "on"}: what an operator's Region switch plan does
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from simulations.cloud.asgi import read_body, send_json
from simulations.dns.answers import answer
from simulations.dns.checker import endpoint_of
from simulations.dns.latency import UnknownDistanceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulations.cloud.asgi import Application, Receive, Scope, Send
    from simulations.dns.checker import HealthChecker
    from simulations.dns.checks import CheckStates
    from simulations.dns.zones import ZoneSource

PREFIX = "/_twinrail/dns/"


class _Page(NamedTuple):
    status: HTTPStatus
    document: object


class WithDns:
    """ASGI application: the pages, and `gate` for everything else. The checker starts when the server does."""

    def __init__(
        self, gate: Application, source: ZoneSource, states: CheckStates, checker: HealthChecker, origin: str
    ) -> None:
        self._gate = gate
        self._source = source
        self._states = states
        self._checker = checker
        self._origin = origin
        self._checking: asyncio.Task[None] | None = None
        self._pages: dict[tuple[str, str], Callable[[bytes], Awaitable[_Page]]] = {
            ("POST", "answer"): self._answer,
            ("GET", "health"): self._health,
            ("POST", "look"): self._look,
            ("POST", "switch"): self._switch,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._checking = asyncio.create_task(self._checker.run())
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith(PREFIX):
            await self._gate(scope, receive, send)
            return
        page = self._pages.get((str(scope["method"]), path.removeprefix(PREFIX)))
        if page is None:
            await send_json(send, HTTPStatus.NOT_FOUND, {"error": "no such page"})
            return
        found = await page(await read_body(receive))
        await send_json(send, found.status, found.document)

    async def _answer(self, body: bytes) -> _Page:
        try:
            asked = json.loads(body)
            name, client_region = str(asked["name"]).removesuffix("."), str(asked["from"])
            checks = self._source.checks()
            record = answer(
                name, client_region, self._source.records(), lambda each: self._states.is_well(each, checks)
            )
        except UnknownDistanceError as error:
            return _Page(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        except (ValueError, TypeError, KeyError):
            return _Page(HTTPStatus.BAD_REQUEST, {"error": 'expected {"name": ..., "from": a Region}'})
        endpoint = None if record is None else self._source.endpoint(record.target)
        if record is None or endpoint is None:
            return _Page(HTTPStatus.NOT_FOUND, {"error": f"{name}: no such name"})
        return _Page(
            HTTPStatus.OK,
            {
                "name": name,
                "target": record.target,
                "ttl_seconds": record.ttl_seconds,
                "region": endpoint.region,
                "url": f"{self._origin}{endpoint.path}",
            },
        )

    async def _health(self, _body: bytes) -> _Page:
        checks = self._source.checks()
        states = [
            {"check_id": each.identity, "host": each.host, "well": self._states.is_well(each.identity, checks)}
            for each in checks.values()
        ]
        changes = [each.document() for each in self._states.changes()]
        return _Page(HTTPStatus.OK, {"checks": states, "changes": changes})

    async def _look(self, body: bytes) -> _Page:
        await self._checker.look_now()
        return await self._health(body)

    async def _switch(self, body: bytes) -> _Page:
        try:
            asked = json.loads(body)
            region, on = asked["region"], asked["on"]
        except (ValueError, TypeError, KeyError):
            return _Page(HTTPStatus.BAD_REQUEST, {"error": 'expected {"region": ..., "on": true or false}'})
        switches = self._switches_of(region)
        if not switches:
            return _Page(HTTPStatus.NOT_FOUND, {"error": f"{region}: no Region with a switch"})
        for check_id in switches:
            self._states.switch(check_id, region, on=bool(on))
        return await self._health(body)

    def _switches_of(self, region: str) -> set[str]:
        """Checks that Route 53 does not have, calculated into one that asks that Region's endpoint."""
        checks = self._source.checks()
        found = set[str]()
        for each in checks.values():
            asked = [checks[child].host for child in each.children if child in checks]
            endpoints = [endpoint_of(self._source, host) for host in asked]
            if any(endpoint is not None and endpoint.region == region for endpoint in endpoints):
                found |= {child for child in each.children if child not in checks}
        return found
