"""Whether subscribers in both Regions got the event of each payment's end, once."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from simulations.operations.event_streams import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulations.drills.participant import Dealing
    from simulations.operations.event_streams import StreamedEvent, StreamReport

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a drill's payments, by the stream that should have them. lag_p95_ms: from a payment's end to its
    record in the stream, None where there is none."""

    expected: int
    missing: Mapping[str, int]
    doubled: Mapping[str, int]
    lag_p95_ms: Mapping[str, float | None]

    @property
    def wrong(self) -> dict[str, int]:
        """What should not be, in words, and how often it is."""
        missing = {f"missing in the stream of {region}": count for region, count in self.missing.items()}
        return missing | {f"twice in the stream of {region}": count for region, count in self.doubled.items()}

    def document(self) -> dict[str, object]:
        """JSON form."""
        return {
            "expected": self.expected,
            "missing": dict(self.missing),
            "doubled": dict(self.doubled),
            "lag_p95_ms": dict(self.lag_p95_ms),
        }


def expected_events(dealings: Iterable[Dealing]) -> frozenset[str]:
    """Of every payment whose end its client has seen."""
    return frozenset(f"{each.transaction_id}:{each.status}" for each in dealings if each.over and each.refusal is None)


def compared(streams: Mapping[str, Sequence[StreamedEvent]], expected: frozenset[str]) -> Events:
    """The streams, as far as they are about these events."""
    own = {region: [each for each in events if each.event_id in expected] for region, events in streams.items()}
    report = compare(own, expected)
    return Events(
        len(expected),
        {region: len(found) for region, found in report.missing.items()},
        {region: len(found) for region, found in report.duplicated.items()},
        {region: _p95(report, region) for region in own},
    )


def _p95(report: StreamReport, stream: str) -> float | None:
    lags = [lag for (of, _), found in report.lags_ms.items() if of == stream for lag in found]
    return round(quantiles(lags, n=PERCENT)[94], 1) if len(lags) > 1 else None
