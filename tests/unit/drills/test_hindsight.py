"""What is known only once all records are read, and what the journal says against a drill."""

from __future__ import annotations

from typing import Any

import pytest

from simulations.drills.fates import Fate
from simulations.drills.hindsight import note_ends
from simulations.drills.journal import broken_steps, deviated
from simulations.drills.timeline import Moment, Timeline
from tests.unit.drills.dealings import HERE, THERE, fate, opened

SETTLED = ("ACCP", "ACTC", "ACSP", "ACSC")


def _noted(fates: list[Fate], *failed: float, broken: float = 100.2, back: float = 150.0) -> dict[Moment, float]:
    dealing = opened()
    for at in failed:
        dealing.failed(at)
    timeline = Timeline({Moment.BROKEN: broken, Moment.BACK: back})
    note_ends(timeline, [dealing], {each.transaction_id: each for each in fates}, HERE)
    return timeline.moments


def test_the_last_takeover_and_the_last_old_end_are_noted_when_a_region_was_lost() -> None:
    found = _noted([fate(0, *SETTLED, taken=True), fate(1, "ACCP", "ACTC", "ACSC")])
    assert (found[Moment.LAST_TAKEN], found[Moment.LAST_OLD_END]) == (100.5, 103.0)


def test_old_payments_have_not_ended_when_one_of_them_is_open() -> None:
    assert Moment.LAST_OLD_END not in _noted([fate(0, *SETTLED), fate(1, "ACCP", "ACTC")])


def test_nothing_old_is_waited_for_when_all_of_it_had_ended_before() -> None:
    found = _noted([fate(0, *SETTLED)], broken=120.0)
    assert found[Moment.LAST_OLD_END] == 120.0
    assert Moment.LAST_TAKEN not in found


def test_a_failed_call_counts_when_it_was_made_while_the_fault_lasted() -> None:
    assert _noted([], 99.0, 105.0, 149.0, 151.0)[Moment.LAST_FAILED_CALL] == 149.0
    assert Moment.LAST_FAILED_CALL not in _noted([], 99.0, 151.0)


def test_nothing_is_noted_when_another_region_was_taken_over() -> None:
    timeline = Timeline({Moment.BROKEN: 100.0})
    note_ends(timeline, [], {"t0": fate(0, *SETTLED, taken=True)}, THERE)
    assert Moment.LAST_TAKEN not in timeline.moments


def _run(name: str, status: str = "succeeded", **more: Any) -> dict[str, Any]:
    tolerance = {"tolerance": more.pop("tolerance")} if "tolerance" in more else {}
    return {"activity": {"name": name, **tolerance}, "status": status, **more}


def test_nothing_speaks_against_a_drill_when_every_step_did_what_it_should() -> None:
    before = {"probes": [_run("well", tolerance=True, output=True)]}
    journal = {"status": "completed", "deviated": False, "steady_states": {"before": before}, "run": [_run("heal")]}
    assert list(broken_steps(journal)) == []
    assert not deviated(journal)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (
            _run("heal", "failed", exception=["a line", "StepFailed: it did not come to that\n"]),
            "heal: StepFailed: it did",
        ),
        (_run("well", tolerance=True, output=False), "well: expected True, got False"),
        (_run("mismatches", tolerance=0, output=2), "mismatches: expected 0, got 2"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "run", "rollbacks"])
def test_a_step_is_found_when_it_failed_or_found_otherwise(planted: dict[str, Any], said: str, place: str) -> None:
    journal: dict[str, Any] = {"run": [], "rollbacks": [], "steady_states": {"before": None, "after": None}}
    if place in {"before", "after"}:
        journal["steady_states"][place] = {"probes": [planted]}
    else:
        journal[place] = [planted]
    [found] = broken_steps(journal)
    assert found.startswith(said)


@pytest.mark.parametrize(
    "journal", [{"status": "completed", "deviated": True}, {"status": "interrupted", "deviated": False}, {}]
)
def test_a_drill_deviated_when_its_journal_says_so_or_ends_early(journal: dict[str, Any]) -> None:
    assert deviated(journal)
