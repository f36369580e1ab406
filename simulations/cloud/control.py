"""The gate's own pages under `/_twinrail/`: health, counted calls, faults, event streams, worker processes, warm-up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from simulations.cloud.asgi import read_body, send_json
from simulations.cloud.errors import EmulatorError
from simulations.cloud.regions import InvalidFaultError, read_fault

if TYPE_CHECKING:
    from simulations.cloud.asgi import Receive, Scope, Send
    from simulations.cloud.calls import CallCounter
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
        faults: RegionFaults,
        workers: Workers,
        streams: EventStreams,
        identity: dict[str, str | int],
    ) -> None:
        self._calls = calls
        self._faults = faults
        self._workers = workers
        self._streams = streams
        self._identity = identity
        self._pages: dict[tuple[str, str], Page] = {
            ("GET", "/_twinrail/health"): self._health,
            ("GET", "/_twinrail/calls"): self._counted,
            ("POST", "/_twinrail/calls/reset"): self._reset,
            ("GET", "/_twinrail/faults"): self._in_force,
            ("POST", "/_twinrail/faults"): self._add_fault,
            ("DELETE", "/_twinrail/faults"): self._heal,
            ("GET", "/_twinrail/streams"): self._all_streams,
            ("POST", "/_twinrail/streams"): self._open_stream,
            ("PATCH", "/_twinrail/streams"): self._switch_stream,
            ("DELETE", "/_twinrail/streams"): self._close_stream,
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

    async def _in_force(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"faults": [fault.document() for fault in self._faults.faults()]})

    async def _add_fault(self, body: bytes) -> Answer:
        try:
            fault = read_fault(json.loads(body))
        except (InvalidFaultError, ValueError) as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        self._faults.add(fault)
        return Answer(HTTPStatus.CREATED, fault.document())

    async def _heal(self, body: bytes) -> Answer:
        self._faults.clear()
        return await self._in_force(body)

    async def _all_streams(self, _body: bytes) -> Answer:
        return Answer(HTTPStatus.OK, {"streams": self._streams.documents()})

    async def _open_stream(self, body: bytes) -> Answer:
        try:
            return Answer(HTTPStatus.CREATED, await self._streams.open(_text(body, "region")))
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        except EmulatorError as error:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": str(error)})

    async def _switch_stream(self, body: bytes) -> Answer:
        try:
            switched = self._streams.switch(_text(body, "region"), reachable=_flag(body, "reachable"))
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        return Answer(HTTPStatus.OK, switched)

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
    value = _member(body, name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: expected text")
    return value


def _flag(body: bytes, name: str) -> bool:
    value = _member(body, name)
    if value not in (True, False):
        raise ValueError(f"{name}: expected true or false")
    return bool(value)


def _member(body: bytes, name: str) -> object:
    document = json.loads(body)
    return document.get(name) if isinstance(document, dict) else None
