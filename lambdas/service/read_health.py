"""GET /health: whether traffic may come to this Region."""

from dataclasses import dataclass

from lambdas.core.readiness import Readiness
from lambdas.service.ports import RegionHealthSource, StandingSource


@dataclass(frozen=True, slots=True)
class ReadHealth:
    """The use case, of one Region."""

    health: RegionHealthSource
    standing: StandingSource

    def __call__(self) -> Readiness:
        """Its health and its standing, side by side: the one may take the whole time that there is."""
        standing = self.standing.begin()
        return Readiness(self.health(), standing())
