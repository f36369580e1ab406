"""The gate's own pages under `/_twinrail/`.

Health, counted calls, IAM's decisions, faults, event streams, processes, warm-up.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from simulations.cloud.asgi import read_body, send_json
from simulations.cloud.aws_errors import load
from simulations.cloud.errors import EmulatorError
from simulations.cloud.faults import InvalidFaultError, read_fault

if TYPE_CHECKING:
    from simulations.cloud.asgi import Receive, Scope, Send
    from simulations.cloud.authorizations import AuthorizationLog
    from simulations.cloud.calls import CallCounter
    from simulations.cloud.faults import Fault
    from simulations.cloud.injector import FaultInjector
    from simulations.cloud.regions import RegionFaults
    from simulations.cloud.streams import EventStreams
    from simulations.cloud.workers import Workers


class Answer(NamedTuple):
    """Status and JSON document."""

    status: HTTPStatus
    document: object


Page: TypeAlias = Callable[[bytes], Awaitable[Answer]]


class Control:
    """ASGI application of the pages; `identity` is what health tells about the server, its process id among it."""

    def __init__(
        self,
        *,
        calls: CallCounter,
        authorizations: AuthorizationLog,
        faults: RegionFaults,
        injector: FaultInjector,
        strong_tables: set[str],
        workers: Workers,
        streams: EventStreams,
        identity: dict[str, str | int],
    ) -> None:
        self._calls = calls
        self._authorizations = authorizations
        self._faults = faults
        self._injector = injector
        self._strong_tables = strong_tables
        self._workers = workers
        self._streams = streams
        self._identity = identity
        self._pages: dict[tuple[str, str], Page] = {
            ("GET", "/_twinrail/health"): self._health,
            ("GET", "/_twinrail/calls"): self._counted,
            ("POST", "/_twinrail/calls/reset"): self._reset,
            ("GET", "/_twinrail/authorizations"): self._authorized,
            ("GET", "/_twinrail/faults"): self._in_force,
            ("POST", "/_twinrail/faults"): self._add_fault,
            ("DELETE", "/_twinrail/faults"): self._heal,
            ("GET", "/_twinrail/streams"): self._all_streams,
            ("POST", "/_twinrail/streams"): self._open_stream,
            ("DELETE", "/_twinrail/streams"): self._close_stream,
            ("PUT", "/_twinrail/strong-tables"): self._declare_strong,
            ("GET", "/_twinrail/processes"): self._processes,
            ("POST", "/_twinrail/warm"): self._warm,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._pages.get((cast("str", scope["method"]), cast("str", scope["path"])))
        if page is None:
            await send_json(send, HTTPStatus.NOT_FOUND, {"error": "no such page"})
            return
        answer = await page(await read_body(receive))
        await send_json(send, answer.status, answer.document)

    async def _health(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"status": "ok", **self._identity})

    async def _counted(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"calls": self._calls.counted()})

    async def _reset(self, _body: bytes) -> Answer:
        self._calls.reset()
        return Answer(HTTPStatus.OK, {"calls": []})

    async def _authorized(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"authorizations": self._authorizations.counted()})

    async def _in_force(self, _body: bytes) -> Answer:
        return _faults(self._faults.faults())

    async def _add_fault(self, body: bytes) -> Answer:
        try:
            fault = read_fault(json.loads(body))
            await asyncio.to_thread(load, {"dynamodb", *fault.services})
            await self._injector.inject(fault)
        except ValueError as error:
            return _refused(error)
        return Answer(HTTPStatus.CREATED, fault.document())

    async def _heal(self, body: bytes) -> Answer:
        """Without a body, all."""
        try:
            ended = await self._injector.heal(read_fault(json.loads(body)) if body else None)
        except ValueError as error:
            return _refused(error)
        return _faults(ended)

    async def _declare_strong(self, body: bytes) -> Answer:
        declared = json.loads(body)["tables"]
        self._strong_tables.clear()
        self._strong_tables.update(declared)
        return Answer(HTTPStatus.OK, {"tables": sorted(self._strong_tables)})

    async def _all_streams(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"streams": self._streams.documents()})

    async def _open_stream(self, body: bytes) -> Answer:
        try:
            return Answer(HTTPStatus.CREATED, await self._streams.open(_text(body, "region")))
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        except EmulatorError as error:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": str(error)})

    async def _close_stream(self, body: bytes) -> Answer:
        try:
            self._streams.close(_text(body, "region"))
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        return await self._all_streams(body)

    async def _processes(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"processes": self._workers.processes()})

    async def _warm(self, _body: bytes) -> Answer:
        warmed = await self._workers.warm()
        failed = {name: error for name, error in warmed.items() if error is not None}
        return Answer(HTTPStatus.OK, {"warm": len(warmed) - len(failed), "failed": failed})


def _text(body: bytes, name: str) -> str:
    document = json.loads(body)
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected text")
    return value


def _faults(faults: tuple[Fault, ...]) -> Answer:
    return Answer(HTTPStatus.OK, {"faults": [fault.document() for fault in faults]})


def _refused(error: ValueError) -> Answer:
    """For what is no JSON, and for an InvalidFaultError, which is a ValueError too."""
    text = str(error) if isinstance(error, InvalidFaultError) else "a fault is a JSON object"
    return Answer(HTTPStatus.BAD_REQUEST, {"error": text})
