"""Percentiles and the tables that figures are printed as."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CUTS = 100


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the maximum, by linear interpolation; needs two values or more."""
    cuts = statistics.quantiles(values, n=_CUTS, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(values)}


def latency_line(label: str, values_ms: Sequence[float]) -> str:
    """`label  p50 12  p95 20  p99 31  max 40 ms`."""
    figures = "  ".join(f"{name} {value:.0f}" for name, value in percentiles(values_ms).items())
    return f"{label:<44} {figures} ms"


def call_lines(counts: dict[tuple[str, str, str], int], payments: int) -> Iterable[str]:
    """AWS calls per payment by function, service and operation, and their sum."""
    for (function, service, operation), count in sorted(counts.items()):
        yield f"  {function:<14} {service:<10} {operation:<24} {count / payments:>6.2f}"
    yield f"  {'sum':<50} {sum(counts.values()) / payments:>6.2f}"
