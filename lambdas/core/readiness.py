"""Whether traffic may come to a Region: it can carry payments, and nobody else carries its own."""

from dataclasses import dataclass
from enum import StrEnum

from lambdas.core.documents import JsonValue
from lambdas.core.health import HealthStatus, RegionHealth
from lambdas.core.recovery import Leadership


class Standing(StrEnum):
    """Who carries a Region's transactions, as far as the Region itself knows."""

    ACTIVE = "active"
    LOST = "lost"
    UNKNOWN = "unknown"
    """It was never heard of, or the record could not be read."""

    @classmethod
    def of(cls, leadership: Leadership | None) -> "Standing":
        """What is known, or not."""
        return cls.UNKNOWN if leadership is None else cls(leadership.value)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What GET /health tells.

    The standing is no part of the health: a Region that was taken over is well again before it is given its own back,
    and its beat must be able to say so. One whose standing is not known is judged by its health alone: what it opens is
    fenced by owner and epoch, and where the table is what fails, the health says so.
    """

    health: RegionHealth
    standing: Standing

    @property
    def ready(self) -> bool:
        """Whether who balances traffic may send it here."""
        return not self.health.impaired and self.standing is not Standing.LOST

    @property
    def status(self) -> HealthStatus:
        """Healthy where it is ready."""
        return HealthStatus.HEALTHY if self.ready else HealthStatus.UNHEALTHY

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return self.health.document() | {"status": self.status, "leadership": self.standing}
