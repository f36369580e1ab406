"""A Region's standing, read from the leadership table beside whatever else is done."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from lambdas.core.readiness import Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.core.recovery import RegionRecord
    from lambdas.service.ports import Regions

GRACE_SECONDS = 0.5
"""How long the record is waited for once everything else is known: it is one read, begun before all that."""


class StandingRead:
    """StandingSource over the table of Regions."""

    def __init__(self, regions: Regions, region: str, grace_seconds: float = GRACE_SECONDS) -> None:
        self._regions = regions
        self._region = region
        self._grace_seconds = grace_seconds
        # One thread, for good: a read that hangs makes the standing unknown again and is not begun beside itself.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="standing")

    def begin(self) -> Callable[[], Standing]:
        """Start one strongly consistent read."""
        reading = self._thread.submit(self._regions.find, self._region)
        return lambda: self._known(reading)

    def _known(self, reading: Future[RegionRecord | None]) -> Standing:
        wait((reading,), self._grace_seconds)
        # One that waits for its thread is taken back: nothing is done for an answer that has been given.
        if reading.cancel() or not reading.done() or reading.exception() is not None:
            return Standing.UNKNOWN
        record = reading.result()
        return Standing.of(None if record is None else record.state)
