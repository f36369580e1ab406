"""A client's side of DNS: what it was answered it keeps for as long as it was told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a name leads: the Region, and its API's address here. `ttl_seconds`: for how long that may be kept."""

    name: str
    region: str
    url: str
    ttl_seconds: int


class CachedResolver:
    """The resolver of a client in one Region. `ask`: what a name is answered with for a client in a Region.

    May be shared by threads: of those that find an answer too old, one asks.
    """

    def __init__(
        self, ask: Callable[[str, str], Answer], client_region: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._client_region = client_region
        self._clock = clock
        self._kept: dict[str, tuple[Answer, float]] = {}
        self._lock = threading.Lock()

    def resolve(self, name: str) -> Answer:
        """What was answered last, until its time is over; then what is answered now.

        Raises what `ask` does.
        """
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or self._clock() >= kept[1]:
                answer = self._ask(name, self._client_region)
                kept = self._kept[name] = (answer, self._clock() + answer.ttl_seconds)
            return kept[0]


@dataclass(frozen=True, slots=True)
class GlobalName:
    """One name as one client knows it."""

    name: str
    resolver: CachedResolver

    def region(self) -> str:
        """The Region that the client speaks to now."""
        return self.resolver.resolve(self.name).region
