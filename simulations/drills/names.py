"""Where the hub's global name leads a client, from the client's side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulations.dns.client import DnsClient

if TYPE_CHECKING:
    from simulations.drills.hub import DrilledHub

CLIENTS = 4
"""Clients in each Region, each with a cache of its own."""


class Names(Protocol):
    """The global name, as clients resolve it."""

    def leads_to(self, home: str, client: int) -> str:
        """The Region that the client of this number, which sits in `home`, is sent to."""


class ResolvedNames:
    """The embedded cloud's DNS: records, health checks, and the time for which an answer is kept."""

    def __init__(self, hub: DrilledHub) -> None:
        dns, name = DnsClient(hub.deployed.aws_endpoint), str(hub.status["global_name"])
        self._names = {home: [dns.global_name(name, home) for _ in range(CLIENTS)] for home in hub.regions}

    def leads_to(self, home: str, client: int) -> str:
        """From the client's cache, or asked again."""
        return self._names[home][client % CLIENTS].region()
