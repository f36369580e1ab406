"""The moment that an operator names."""

from datetime import UTC, datetime, timedelta

import pytest

from simulations.operations.errors import UnusableMoment
from simulations.operations.since import moment_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("0s", timedelta()),
        ("2026-11-24T11:00:00Z", timedelta(hours=1)),
        ("2026-11-24T12:00:00+01:00", timedelta(hours=1)),
    ],
)
def test_the_moment_is_found_when_it_is_a_time_or_a_duration(text: str, ago: timedelta) -> None:
    moment = moment_of(text, NOW)
    assert moment == NOW - ago
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "is no moment"),
        ("15", "is no moment"),
        ("-15m", "is no moment"),
        ("15 m", "is no moment"),
        ("\u0661m", "is no moment"),
        ("", "is no moment"),
        ("2026-11-24T11:00:00", "has no offset"),
        ("2026-11-24", "has no offset"),
        ("2026-11-24T12:00:01Z", "is still to come"),
        ("999999d", "is before all time"),
    ],
)
def test_what_was_expected_is_said_when_it_is_neither(text: str, said: str) -> None:
    with pytest.raises(UnusableMoment, match=said) as refused:
        moment_of(text, NOW)
    assert "expected" in str(refused.value)
    assert "--since" in str(refused.value)
