"""Faults of Regions: what makes one unreachable, slow or erratic, for all its services or for some.

The gate asks before it lets a call through. Randomness comes from the fault's own seed, so that a run can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """unreachable: nothing gets through. slow: everything waits first. erratic: some calls fail."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    ERRATIC = "erratic"


class InvalidFaultError(ValueError):
    """A fault's description is wrong; names the field and the expectation."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. No `services` means all; `latency_ms` belongs to slow, `error_rate` (0 to 1) to erratic."""

    region: str
    kind: FaultKind
    services: frozenset[str] = frozenset()
    latency_ms: float = 0.0
    error_rate: float = 0.0
    seed: int = 0

    def concerns(self, region: str, service: str) -> bool:
        return region == self.region and (not self.services or service in self.services)

    def document(self) -> dict[str, str | float | int | list[str]]:
        return {
            "region": self.region,
            "kind": self.kind.value,
            "services": sorted(self.services),
            "latency_ms": self.latency_ms,
            "error_rate": self.error_rate,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a call: first wait, then refuse it or let it through."""

    delay_seconds: float
    refused: bool


PASS = Verdict(delay_seconds=0.0, refused=False)


@dataclass(slots=True)
class _Active:
    fault: Fault
    random: random.Random


@dataclass(slots=True)
class RegionFaults:
    """The faults in force."""

    _active: list[_Active] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        # Not for secrets: a fault that can be repeated needs a seeded generator.
        self._active.append(_Active(fault, random.Random(fault.seed)))

    def clear(self) -> None:
        self._active.clear()

    def faults(self) -> tuple[Fault, ...]:
        return tuple(active.fault for active in self._active)

    def verdict(self, region: str, service: str) -> Verdict:
        """What the faults in force do to one call."""
        if not self._active:
            return PASS
        concerned = [active for active in self._active if active.fault.concerns(region, service)]
        return Verdict(
            delay_seconds=sum(active.fault.latency_ms for active in concerned) / 1000,
            refused=any(_refuses(active) for active in concerned),
        )


def _refuses(active: _Active) -> bool:
    if active.fault.kind is FaultKind.ERRATIC:
        return active.random.random() < active.fault.error_rate
    return active.fault.kind is FaultKind.UNREACHABLE


def read_fault(document: object) -> Fault:
    """A fault from its JSON form: region and kind, and optionally services, latency_ms, error_rate and seed.

    Raises InvalidFaultError for anything else.
    """
    if not isinstance(document, Mapping):
        raise InvalidFaultError("a fault is a JSON object")
    unknown = document.keys() - {"region", "kind", "services", "latency_ms", "error_rate", "seed"}
    if unknown:
        raise InvalidFaultError(f"unknown field: {', '.join(sorted(map(str, unknown)))}")
    kind = document.get("kind")
    if kind not in set(FaultKind):
        raise InvalidFaultError(f"kind: expected one of {', '.join(FaultKind)}")
    region = document.get("region")
    if not isinstance(region, str) or not region:
        raise InvalidFaultError("region: expected a Region's name")
    services = document.get("services", [])
    if not isinstance(services, list) or not all(isinstance(service, str) for service in services):
        raise InvalidFaultError("services: expected a list of names, such as sqs")
    fault = Fault(
        region,
        FaultKind(str(kind)),
        frozenset(services),
        latency_ms=_number(document, "latency_ms", 60_000.0),
        error_rate=_number(document, "error_rate", 1.0),
        seed=int(_number(document, "seed", 2.0**32)),
    )
    if fault.kind is FaultKind.SLOW and not fault.latency_ms:
        raise InvalidFaultError("latency_ms: a slow Region needs one")
    if fault.kind is FaultKind.ERRATIC and not fault.error_rate:
        raise InvalidFaultError("error_rate: an erratic Region needs one")
    return fault


def _number(document: Mapping[object, object], name: str, highest: float) -> float:
    value = document.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise InvalidFaultError(f"{name}: expected a number from 0 to {highest:g}")
    return float(value)
