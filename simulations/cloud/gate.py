"""The gate before the emulator: ASGI middleware that every request passes.

It tells which Region, service and operation a request is meant for and which Region it comes from, counts it, and lets
the faults in force wait for it or refuse it. Bodies and tokens are neither kept nor logged.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from simulations.cloud.asgi import read_body, repeated, request_head, send_bytes, send_head
from simulations.cloud.aws_errors import NO_QUORUM, ErrorAnswer, service_error, worded
from simulations.cloud.calls import Call, CallCounter, caller_region, caller_tag
from simulations.cloud.operations import operation_in_form
from simulations.cloud.quorum import tables_in_quorum
from simulations.cloud.regions import Outcome, Passage
from simulations.cloud.targets import Target, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.cloud.asgi import Application, Message, Receive, Request, Scope, Send
    from simulations.cloud.regions import RegionFaults


class Gate:
    """ASGI application: `emulator` behind, `control` for the paths under `/_twinrail/` that are no Region's."""

    def __init__(
        self,
        emulator: Application,
        control: Application,
        *,
        calls: CallCounter,
        faults: RegionFaults,
        region_of_api: Callable[[str], str | None],
        is_strong: Callable[[str], bool],
    ) -> None:
        self._emulator = emulator
        self._control = control
        self._calls = calls
        self._faults = faults
        self._region_of_api = region_of_api
        self._is_strong = is_strong

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        request = request_head(scope)
        target = target_of(request, self._region_of_api)
        if target is not None:
            await self._forward(target, request, scope, receive, send)
        elif request.path.startswith("/_twinrail/"):
            await self._control(scope, receive, send)
        else:
            await self._emulator(scope, receive, send)

    async def _forward(self, target: Target, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        caller = request.headers.get("user-agent", "")
        passage = Passage(target.region, target.service, caller_region(caller))
        if delay_seconds := self._faults.delay_seconds(passage):
            await asyncio.sleep(delay_seconds)
        # Only now: what came into force while it waited concerns it too.
        outcome = self._faults.outcome(passage)
        if outcome is Outcome.UNREACHABLE:
            await _send_nothing(send)
            return
        if outcome in {Outcome.UNAVAILABLE, Outcome.THROTTLED}:
            await _send_error(send, request, service_error(outcome, target, request.headers))
            return
        if target.service == "dynamodb" and self._faults.lacks_quorum(target.region):
            body = await read_body(receive)
            if any(self._is_strong(table) for table in tables_in_quorum(target.operation or "", body)):
                await _send_error(send, request, worded(NO_QUORUM, target.service, request.headers))
                return
            receive = repeated(body, receive)
        if target.path is not None:
            scope = {**scope, "path": target.path, "raw_path": target.path.encode()}
        receive = self._counting(target, caller_tag(caller), receive)
        await self._emulator(scope, receive, _unheard if outcome is Outcome.LOST else send)
        if outcome is Outcome.LOST:
            await _send_nothing(send)

    def _counting(self, target: Target, function: str, receive: Receive) -> Receive:
        """Count the call: at once where the head named the operation, else from the body's first part as it passes."""
        if target.operation is not None:
            self._calls.record(Call(function, target.region, target.service, target.operation))
            return receive
        counted = False

        async def receive_and_count() -> Message:
            nonlocal counted
            message = await receive()
            if not counted:
                counted = True
                operation = operation_in_form(cast("bytes", message.get("body", b""))) or "unknown"
                self._calls.record(Call(function, target.region, target.service, operation))
            return message

        return receive_and_count


async def _send_nothing(send: Send) -> None:
    """What stands for no answer: to wait for a client's patience would make every test as slow as that.

    Without a body, each protocol's client reads the bare status as a failure of its own service, and may try again.
    """
    await send_bytes(send, HTTPStatus.SERVICE_UNAVAILABLE, b"")


async def _send_error(send: Send, request: Request, error: ErrorAnswer) -> None:
    await send_head(send, error.status, error.headers, b"" if request.method == "HEAD" else error.body)


async def _unheard(message: Message) -> None:
    """Where an answer goes that is lost on its way."""
