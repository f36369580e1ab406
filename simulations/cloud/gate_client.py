"""The gate's pages, from outside: faults to break on purpose and to heal, workers to start."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

import httpx

from simulations.cloud.errors import EmulatorError
from simulations.cloud.faults import InvalidFaultError, read_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulations.cloud.authorizations import CountedAuthorization
    from simulations.cloud.faults import Fault

WARM_UP_SECONDS = 120.0
FAULTS = "/_twinrail/faults"


class GateClient:
    """Speaks to the gate of one emulator; the environment's proxies are not asked."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def faults(self) -> tuple[Fault, ...]:
        """The faults in force, in the order in which they came."""
        return _faults(self._send("GET", FAULTS))

    def inject(self, fault: Fault) -> None:
        """Put a fault into force, beside those that are; when this returns, it is felt.

        Raises InvalidFaultError for one that cannot be.
        """
        self._send("POST", FAULTS, fault.document())

    def heal(self, fault: Fault | None = None) -> tuple[Fault, ...]:
        """End this fault, or all of them; what was ended. What they stopped goes on as it was before.

        Ending what is not in force ends nothing.
        """
        return _faults(self._send("DELETE", FAULTS, None if fault is None else fault.document()))

    def declare_strong(self, tables: Iterable[str]) -> None:
        """Name the tables whose strongly consistent reads and writes need a quorum of Regions."""
        self._send("PUT", "/_twinrail/strong-tables", {"tables": sorted(tables)})

    def processes(self) -> list[dict[str, str | int | float]]:
        """The server itself and every live worker: role, function, region, pid and what it has used."""
        return cast("list[dict[str, str | int | float]]", self._send("GET", "/_twinrail/processes")["processes"])

    def authorizations(self) -> list[CountedAuthorization]:
        """What IAM decided on calls by roles, where it is enforced."""
        return cast("list[CountedAuthorization]", self._send("GET", "/_twinrail/authorizations")["authorizations"])

    def warm(self) -> dict[str, str]:
        """Start a worker for each function; by `region/function`, why one could not be started."""
        return dict(cast("dict[str, str]", self._send("POST", "/_twinrail/warm")["failed"]))

    def open_stream(self, region: str) -> str:
        """Start a Region's event stream, unless it runs; its bootstrap servers."""
        return str(self._send("POST", "/_twinrail/streams", {"region": region})["bootstrap_servers"])

    def close_stream(self, region: str) -> None:
        """End a Region's event stream with all that it holds; nothing where there is none."""
        self._send("DELETE", "/_twinrail/streams", {"region": region})

    def _send(self, method: str, path: str, document: object = None) -> dict[str, object]:
        try:
            with httpx.Client(trust_env=False, timeout=WARM_UP_SECONDS) as http:
                answer = http.request(method, f"{self._endpoint}{path}", json=document)
                if answer.status_code == HTTPStatus.BAD_REQUEST:
                    raise InvalidFaultError(answer.json()["error"])
                answer.raise_for_status()
        except httpx.HTTPError as error:
            raise EmulatorError(f"the embedded cloud at {self._endpoint} does not answer: {error}") from error
        return cast("dict[str, object]", answer.json())


def _faults(document: dict[str, object]) -> tuple[Fault, ...]:
    return tuple(read_fault(each) for each in cast("list[object]", document["faults"]))
