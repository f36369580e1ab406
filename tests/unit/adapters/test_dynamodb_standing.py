"""A Region's standing is read aside, and not knowing it is an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

import pytest

from lambdas.adapters.dynamodb_standing import StandingRead
from lambdas.core.readiness import Standing
from lambdas.core.recovery import Beat, RegionRecord, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REGION, OTHER = "eu-west-1", "eu-west-2"
ACTIVE = RegionRecord.first(REGION, Beat(NOW))
SHORT_SECONDS, LONG_SECONDS = 0.05, 30.0


@dataclass
class Table:
    """Regions that are read once `open` is set; `asked` counts the reads."""

    record: RegionRecord | None
    error: Exception | None = None
    gate: Event = field(default_factory=Event)
    asked: int = 0

    def find(self, region: str) -> RegionRecord | None:
        assert region == REGION
        self.asked += 1
        assert self.gate.wait(LONG_SECONDS)
        if self.error is not None:
            raise self.error
        return self.record

    def open(self, record: RegionRecord) -> None:
        raise AssertionError(record)

    def beat(self, loaded: RegionRecord, beat: Beat, watch: Watch) -> RegionRecord | None:
        raise AssertionError(loaded, beat, watch)

    def take_lead(self, loaded: RegionRecord, taken: RegionRecord) -> bool:
        raise AssertionError(loaded, taken)


@pytest.fixture
def hanging() -> Iterator[Table]:
    """One that answers nothing until the test is over."""
    table = Table(ACTIVE)
    yield table
    table.gate.set()


@pytest.mark.parametrize(
    ("record", "standing"),
    [(ACTIVE, Standing.ACTIVE), (ACTIVE.taken_by(OTHER, NOW), Standing.LOST), (None, Standing.UNKNOWN)],
)
def test_the_record_tells_the_standing_when_it_is_read(record: RegionRecord | None, standing: Standing) -> None:
    table = Table(record)
    known = StandingRead(table, REGION, LONG_SECONDS).begin()
    # It has begun and waits for nobody; its word is asked for later.
    table.gate.set()
    assert known() is standing


def test_the_standing_is_unknown_when_the_read_fails() -> None:
    table = Table(None, ConnectionError("a table's name"))
    table.gate.set()
    assert StandingRead(table, REGION, LONG_SECONDS).begin()() is Standing.UNKNOWN


def test_the_standing_is_unknown_and_no_second_read_is_begun_when_one_hangs(hanging: Table) -> None:
    standing = StandingRead(hanging, REGION, SHORT_SECONDS)
    assert [standing.begin()() for _ in range(3)] == [Standing.UNKNOWN] * 3
    assert hanging.asked == 1
