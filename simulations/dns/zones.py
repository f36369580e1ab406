"""Records and health checks as Route 53 keeps them, and where their names lead in the embedded cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

CALCULATED = "CALCULATED"
PRIMARY = "PRIMARY"


@dataclass(frozen=True, slots=True)
class Record:
    """A CNAME. `near`: the Region that a latency record is for; `standing`: of a failover record, PRIMARY or not."""

    name: str
    target: str
    ttl_seconds: int
    set_identifier: str | None = None
    near: str | None = None
    standing: str | None = None
    health_check_id: str | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`host` and `path` of one that asks an endpoint; of one that is calculated, `threshold` children must be well."""

    identity: str
    kind: str
    host: str = ""
    path: str = ""
    interval_seconds: int = 30
    failures: int = 3
    children: tuple[str, ...] = ()
    threshold: int = 0

    @property
    def calculated(self) -> bool:
        """Whether it looks at other checks, and at no endpoint."""
        return self.kind == CALCULATED


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A deployed API: what a custom domain leads to."""

    region: str
    api_id: str
    stage: str

    @property
    def path(self) -> str:
        """The path under which the gate has it."""
        return f"/_aws/execute-api/{self.api_id}/{self.stage}"


class ZoneSource(Protocol):
    """What there is, now."""

    def records(self) -> tuple[Record, ...]:
        """Every CNAME of every zone; names without the dot at their end."""

    def checks(self) -> Mapping[str, HealthCheck]:
        """Every health check by its id."""

    def endpoint(self, host: str) -> Endpoint | None:
        """What a record's target leads to; None where it is nothing of this cloud."""
