"""Where the hub's global name leads a client, from the client's side."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulations.drills.hub import DrilledHub


class Names(Protocol):
    """The global name, as clients resolve it, each with a cache of its own."""

    def leads_to(self, home: str, client: int) -> str:
        """The Region that the client of this number, which sits in `home`, is sent to."""


class LeadershipNames:
    """A stand-in: clients go to their own Region unless it is led by another."""

    def __init__(self, hub: DrilledHub, via: str) -> None:
        self._table = hub.leadership(via)
        self._leaders: dict[str, str] = {}
        self._read_at = 0.0

    def leads_to(self, home: str, client: int) -> str:  # noqa: ARG002
        if time.monotonic() - self._read_at > 1:
            self._read_at = time.monotonic()
            self._leaders = {each.region: each.leader for each in self._table.all()}
        return self._leaders.get(home, home)
