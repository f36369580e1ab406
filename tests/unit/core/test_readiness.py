"""Whether traffic may come to a Region."""

from datetime import UTC, datetime

import pytest

from lambdas.core.health import CheckName, CheckResult, CheckState, RegionHealth
from lambdas.core.readiness import Readiness, Standing
from lambdas.core.recovery import Beat, Leadership

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OK = CheckResult(CheckState.OK, 3)
WELL = RegionHealth("eu-west-1", dict.fromkeys(CheckName, OK))
ILL = RegionHealth("eu-west-1", dict.fromkeys(CheckName, OK) | {CheckName.LEDGER: CheckResult(CheckState.LATE, 3_000)})


@pytest.mark.parametrize(
    ("health", "standing", "ready"),
    [
        (WELL, Standing.ACTIVE, True),
        (WELL, Standing.UNKNOWN, True),
        (WELL, Standing.LOST, False),
        (ILL, Standing.ACTIVE, False),
        (ILL, Standing.UNKNOWN, False),
        (ILL, Standing.LOST, False),
    ],
)
def test_traffic_may_come_when_a_region_is_well_and_not_taken_over(
    health: RegionHealth, standing: Standing, *, ready: bool
) -> None:
    readiness = Readiness(health, standing)
    assert readiness.ready is ready
    assert readiness.document()["status"] == ("healthy" if ready else "unhealthy")
    assert readiness.document()["leadership"] == standing.value


@pytest.mark.parametrize("leadership", [None, *Leadership])
def test_a_standing_is_known_for_every_state_when_there_is_a_record(leadership: Leadership | None) -> None:
    assert Standing.of(leadership) == ("unknown" if leadership is None else leadership.value)


def test_a_lost_region_can_be_given_its_own_back_when_it_is_well() -> None:
    # The beat tells the health and not the standing: else whoever was taken over once would be ill for ever.
    assert Beat.of(Readiness(WELL, Standing.LOST).health, NOW).impaired == ()
