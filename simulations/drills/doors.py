"""Where clients find the hub: by the global name as each of them knows it, and by a Region's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from simulations.drills.hub import DrilledHub
    from simulations.drills.load import Hub
    from simulations.drills.names import Names


class ResolvedDoors:
    """Each client resolves the name, and speaks to the Region that it leads to as one of the hub's participants."""

    def __init__(self, hub: DrilledHub, names: Names, http: httpx.Client) -> None:
        participant = hub.participants[0]
        self._hubs = {region: hub.client(region, participant, http) for region in hub.regions}
        self._names = names

    def by_name(self, home: str, client: int) -> tuple[str, Hub]:
        region = self._names.leads_to(home, client)
        return region, self._hubs[region]

    def own(self, region: str) -> Hub:
        return self._hubs[region]
