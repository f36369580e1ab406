"""The health of a Region: what it cannot carry payments without, and how each of these answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lambdas.core.documents import Fields, JsonValue


class CheckName(StrEnum):
    """What is checked."""

    QUEUE = "queue"
    STORE = "store"
    TABLE = "table"
    LEDGER = "ledger"
    KEYS = "keys"


class CheckState(StrEnum):
    """How a check ended. LATE: it has not, within the time there is."""

    OK = "ok"
    FAILED = "failed"
    LATE = "late"


class HealthStatus(StrEnum):
    """A Region's, all in all."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one check. error: its kind (`AccessDenied`), of one that failed; never its words."""

    state: CheckState
    duration_ms: int
    error: str | None = None

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {"state": self.state, "duration_ms": self.duration_ms, "error": self.error}

    @classmethod
    def read(cls, fields: Fields) -> "CheckResult":
        """From its JSON form; raises MalformedDocument."""
        return cls(fields.choice("state", CheckState), fields.whole_number("duration_ms"), fields.text_or_none("error"))


@dataclass(frozen=True, slots=True)
class RegionHealth:
    """Every check of a Region."""

    region: str
    checks: Mapping[CheckName, CheckResult]

    @property
    def impaired(self) -> tuple[CheckName, ...]:
        """What did not answer as it should, or was not asked at all."""
        return tuple(
            name for name in CheckName if name not in self.checks or self.checks[name].state is not CheckState.OK
        )

    @property
    def status(self) -> HealthStatus:
        """Healthy where nothing is impaired."""
        return HealthStatus.UNHEALTHY if self.impaired else HealthStatus.HEALTHY

    def document(self) -> dict[str, JsonValue]:
        """JSON form, as GET /health shows it."""
        checks = {name.value: result.document() for name, result in self.checks.items()}
        return {"region": self.region, "status": self.status, "checks": checks}

    @classmethod
    def read(cls, fields: Fields) -> "RegionHealth":
        """From its JSON form, another Region's too; raises MalformedDocument. The status follows from the checks."""
        checks = fields.section("checks")
        return cls(
            fields.text("region"),
            {name: CheckResult.read(checks.section(name)) for name in CheckName if name in checks.values},
        )
