"""Recovery in its parts, and what clients saw."""

import pytest

from simulations.drills.series import Series, series, times
from simulations.drills.timeline import Moment, Timeline, recovery
from tests.unit.drills.dealings import fate, opened

MOMENTS = {
    Moment.BEGUN: 90.0,
    Moment.BROKEN: 100.0,
    Moment.LEAD_TAKEN: 140.0,
    Moment.LAST_TAKEN: 142.0,
    Moment.NAME_MOVED: 160.0,
    Moment.LAST_OLD_END: 165.0,
    Moment.LAST_FAILED_CALL: 161.0,
}


def test_each_part_is_told_when_a_region_was_recovered_from() -> None:
    found = recovery(MOMENTS)
    assert {each.name: each.seconds for each in found.parts} == {
        "detection": 40.0,
        "takeover": 2.0,
        "DNS": 60.0,
        "drain": 23.0,
        "failback": None,
    }
    assert found.seconds == 65.0


def test_failing_back_is_told_and_no_part_of_recovering_when_it_came() -> None:
    found = recovery(MOMENTS | {Moment.GIVEN_BACK: 300.0, Moment.NAME_HOME: 345.0})
    assert {each.name: each.seconds for each in found.parts}["failback"] == 45.0
    assert found.seconds == 65.0


@pytest.mark.parametrize(
    ("moment", "at", "seconds"),
    [(Moment.NAME_MOVED, 170.0, 70.0), (Moment.LAST_FAILED_CALL, 180.0, 80.0), (Moment.LAST_OLD_END, 190.0, 90.0)],
)
def test_the_latest_of_them_counts_when_service_is_normal_again(moment: Moment, at: float, seconds: float) -> None:
    assert recovery(MOMENTS | {moment: at}).seconds == seconds


@pytest.mark.parametrize("missing", [Moment.LEAD_TAKEN, Moment.NAME_MOVED, Moment.LAST_OLD_END])
def test_nothing_is_recovered_when_a_part_did_not_come(missing: Moment) -> None:
    assert recovery({each: at for each, at in MOMENTS.items() if each is not missing}).seconds is None


def test_a_takeover_takes_no_time_when_there_was_nothing_to_take() -> None:
    found = recovery({each: at for each, at in MOMENTS.items() if each is not Moment.LAST_TAKEN})
    assert {each.name: each.seconds for each in found.parts}["takeover"] == 0.0
    assert found.seconds == 65.0


def test_a_moment_is_new_only_when_it_comes_first() -> None:
    timeline = Timeline()
    assert timeline.note(Moment.BROKEN, 5.0)
    assert not timeline.note(Moment.BROKEN, 5.0)
    assert not timeline.note(Moment.BROKEN, 6.0)
    assert timeline.moments == {Moment.BROKEN: 5.0}


def test_seconds_are_counted_when_payments_came_and_ended() -> None:
    dealings = [opened(0, at=100.2), opened(1, at=101.9)]
    dealings[1].failed(103.0)
    seen = series(dealings, {"t0": fate(0, "ACCP", "ACTC", "ACSP", "ACSC")}, begun=100.0)
    assert (seen.wanted, seen.opened) == ({0: 1, 1: 1}, {0: 1, 1: 1})
    assert (seen.ended, seen.failed) == ({3: 1}, {3: 1})
    assert [(round(at, 1), round(took)) for at, took in seen.waits] == [(0.2, 2800)]
    assert seen.document()[-1] == {"second": 3, "wanted": 0, "opened": 0, "taken": 0, "ended": 1, "failed": 1}


def test_times_are_told_by_when_payments_were_due() -> None:
    waits = [(float(due), 100.0 if due < 10 else 1000.0 + due) for due in range(30)]
    found = times(Series({}, {}, {}, {}, {}, waits), 10.0, 20.0)
    assert {name: (each.payments, each.p50_ms) for name, each in found.items()} == {
        "before the fault": (10, 100.0),
        "while it lasted": (10, 1014.5),
        "after it": (10, 1024.5),
    }
    assert found["after it"].p95_ms > found["after it"].p50_ms


def test_no_time_is_told_of_a_phase_when_no_payment_was_due_in_it() -> None:
    assert times(Series({}, {}, {}, {}, {}, [(1.0, 5.0), (2.0, 5.0)]), None, None).keys() == {"before the fault"}
