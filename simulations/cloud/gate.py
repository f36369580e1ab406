"""The gate before the emulator: ASGI middleware that every request passes.

It tells which Region, service and operation a request is meant for, counts it, and lets the faults in force wait for it
or refuse it. Bodies and tokens are neither kept nor logged.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from simulations.cloud.asgi import request_head, send_bytes
from simulations.cloud.calls import Call, CallCounter, caller_tag
from simulations.cloud.operations import operation_in_form
from simulations.cloud.targets import Target, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.cloud.asgi import Application, Message, Receive, Scope, Send
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
    ) -> None:
        self._emulator = emulator
        self._control = control
        self._calls = calls
        self._faults = faults
        self._region_of_api = region_of_api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        request = request_head(scope)
        target = target_of(request, self._region_of_api)
        if target is not None:
            await self._forward(target, caller_tag(request.headers.get("user-agent", "")), scope, receive, send)
        elif request.path.startswith("/_twinrail/"):
            await self._control(scope, receive, send)
        else:
            await self._emulator(scope, receive, send)

    async def _forward(self, target: Target, function: str, scope: Scope, receive: Receive, send: Send) -> None:
        verdict = self._faults.verdict(target.region, target.service)
        if verdict.delay_seconds:
            await asyncio.sleep(verdict.delay_seconds)
        if verdict.refused:
            # No body: each protocol's client reads a bare status as its own service error, and may try again.
            await send_bytes(send, HTTPStatus.SERVICE_UNAVAILABLE, b"")
            return
        if target.path is not None:
            scope = {**scope, "path": target.path, "raw_path": target.path.encode()}
        await self._emulator(scope, self._counting(target, function, receive), send)

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
