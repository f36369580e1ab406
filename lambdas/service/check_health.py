"""GET /health: whether this Region can carry payments."""

from dataclasses import dataclass

from lambdas.core.health import RegionHealth
from lambdas.service.ports import HealthChecks


@dataclass(frozen=True, slots=True)
class CheckHealth:
    """The use case, of one Region; a RegionHealthSource. It remembers nothing: who watches a Region, counts."""

    checks: HealthChecks
    region: str

    def __call__(self) -> RegionHealth:
        """Every check once, within the time there is for all of them."""
        return RegionHealth(self.region, self.checks.run())
