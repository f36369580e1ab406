"""The gate's pages, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from simulations.cloud.errors import EmulatorError
from simulations.cloud.regions import read_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.regions import Fault

WARM_UP_SECONDS = 120.0


class GateClient:
    """Speaks to the gate of one emulator; the environment's proxies are not asked."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def faults(self) -> tuple[Fault, ...]:
        """The faults in force."""
        return tuple(read_fault(document) for document in self._send("GET", "/_twinrail/faults")["faults"])

    def warm(self) -> dict[str, str]:
        """Start a worker for each function; by `region/function`, why one could not be started."""
        return dict(self._send("POST", "/_twinrail/warm")["failed"])

    def open_stream(self, region: str) -> str:
        """Start a Region's event stream, unless it runs; its bootstrap servers."""
        return str(self._send("POST", "/_twinrail/streams", {"region": region})["bootstrap_servers"])

    def cut_stream(self, region: str) -> None:
        """Let nobody reach a Region's event stream any more; what is in it stays."""
        self._send("PATCH", "/_twinrail/streams", {"region": region, "reachable": False})

    def restore_stream(self, region: str) -> None:
        """Let everybody reach a Region's event stream again."""
        self._send("PATCH", "/_twinrail/streams", {"region": region, "reachable": True})

    def close_stream(self, region: str) -> None:
        """End a Region's event stream with all that it holds; nothing where there is none."""
        self._send("DELETE", "/_twinrail/streams", {"region": region})

    def _send(self, method: str, path: str, body: Mapping[str, str | bool] | None = None) -> dict[str, dict[str, str]]:
        try:
            with httpx.Client(trust_env=False, timeout=WARM_UP_SECONDS) as http:
                answer = http.request(method, f"{self._endpoint}{path}", json=body).raise_for_status()
        except httpx.HTTPError as error:
            raise EmulatorError(f"the embedded cloud at {self._endpoint} does not answer: {error}") from error
        document: dict[str, dict[str, str]] = answer.json()
        return document
