"""The event streams after a load: whether each holds each event once, and how late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from simulations.bench.figures import latency_line
from simulations.operations.event_streams import compare, read_streams

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulations.operations.event_streams import StreamReport
    from simulations.traffic.load import Ended

PATIENCE_SECONDS = 30.0


def stream_lines(exports: Mapping[str, Mapping[str, object]], outcomes: Sequence[Ended]) -> Iterator[str]:
    """Counts, and lag from a transaction's end to its event in the own and in the opposite Region's stream."""
    wanted = {f"{each.transaction_id}:{each.status}" for each in outcomes}
    report = _settled(exports, wanted)
    for stream in report.counts:
        missing, twice = len(report.missing[stream]), len(report.duplicated[stream])
        yield f"{'events in the stream of ' + stream:<44} {len(wanted) - missing} of {len(wanted)}, {twice} twice"
    for place in ("own", "opposite"):
        lags = [
            lag
            for (stream, origin), values in report.lags_ms.items()
            if (stream == origin) == (place == "own")
            for lag in values
        ]
        if len(lags) > 1:
            yield latency_line(f"end to event in the {place} Region's stream", lags)


def _settled(exports: Mapping[str, Mapping[str, object]], wanted: set[str]) -> StreamReport:
    """The streams once they hold everything, or as they are when patience is over."""

    def look() -> StreamReport:
        streams = read_streams(exports)
        return compare(
            {region: [each for each in events if each.event_id in wanted] for region, events in streams.items()}, wanted
        )

    waiting = Retrying(
        retry=retry_if_result(lambda report: any(report.missing.values())),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_fixed(0.2),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else look(),
    )
    settled: StreamReport = waiting(look)
    return settled
