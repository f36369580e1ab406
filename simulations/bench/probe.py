"""What the embedded cloud tells of itself: calls counted at the gate, CPU of the functions' workers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from typing import Any


# Callers at the gate that are no function of the hub: whoever has no tag, and the realisers.
NO_FUNCTION = frozenset({"", "realisers"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Totals since the server started: calls by (function, service, operation); CPU seconds of workers and server."""

    calls: Counter[tuple[str, str, str]]
    worker_cpu_seconds: float
    server_cpu_seconds: float
    workers: int

    def since(self, earlier: Reading) -> Reading:
        """What came after `earlier`. Workers that ended in between take their CPU with them."""
        return Reading(
            self.calls - earlier.calls,
            self.worker_cpu_seconds - earlier.worker_cpu_seconds,
            self.server_cpu_seconds - earlier.server_cpu_seconds,
            self.workers,
        )


class Probe:
    """Reads the gate's own pages."""

    def __init__(self, aws_endpoint: str) -> None:
        self._endpoint = aws_endpoint

    def read(self) -> Reading:
        """One reading; calls that carry no function's tag (the engine's, a client's) are left out."""
        counted = self._get("calls")["calls"]
        processes = self._get("processes")["processes"]
        calls: Counter[tuple[str, str, str]] = Counter()
        for call in counted:
            if call["function"] not in NO_FUNCTION:
                calls[(call["function"], call["service"], call["operation"])] += int(call["count"])
        workers = [each for each in processes if each["role"] == "worker"]
        return Reading(
            calls,
            sum(float(each["cpu_seconds"]) for each in workers),
            sum(float(each["cpu_seconds"]) for each in processes if each["role"] == "server"),
            len(workers),
        )

    def _get(self, page: str) -> dict[str, Any]:
        answer = httpx.get(f"{self._endpoint}/_twinrail/{page}", trust_env=False, timeout=30)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document
