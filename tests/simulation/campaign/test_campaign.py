"""A slice of the campaign with a fixed seed, and what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from simulations.campaign.effects import Fault
from simulations.campaign.experiment import Laboratory
from simulations.campaign.explore import explore
from simulations.campaign.portions import Portion, work_in
from simulations.campaign.report import document, write
from simulations.campaign.scenarios import SCENARIOS
from simulations.campaign.schedule import Schedule
from tests.simulation.campaign import mutants

MakeLaboratory = Callable[[Callable[[], None] | None], Laboratory]
SEED = 7


@pytest.mark.parametrize("scenario", ["a payment settles"])
def test_nothing_is_found_when_each_effect_meets_each_fault(scenario: str, laboratory_with: MakeLaboratory) -> None:
    done = work_in(laboratory_with(None), Portion(SEED, scenario=scenario))
    assert [each.found for each in done.violations] == []
    assert done.left_over == {}
    assert {fault for _, _, fault in done.points} == set(Fault)
    assert {function for function, _, _ in done.points} >= {
        "transaction",
        "intake",
        "incoming",
        "processing",
        "releasing",
    }


def test_nothing_is_found_when_schedules_are_random(laboratory_with: MakeLaboratory) -> None:
    laboratory = laboratory_with(None)
    assert explore(laboratory, number=100, chosen_seed=SEED) == (), f"seed {SEED}"
    assert laboratory.experiments == 100
    assert laboratory.points.total() > 100


def test_a_short_schedule_is_shown_when_a_random_one_finds_something(laboratory_with: MakeLaboratory) -> None:
    laboratory = laboratory_with(mutants.losing_what_failed)
    found = explore(laboratory, number=100, chosen_seed=SEED, most_shorter=40)
    first, *_, shortest = found
    assert "deed 0: pay" in shortest.schedule
    assert len(shortest.schedule) < len(first.schedule)


def test_the_same_is_done_when_a_schedule_is_played_again(laboratory_with: MakeLaboratory) -> None:
    laboratory = laboratory_with(None)
    first, second = (laboratory.effects_of(Schedule(SCENARIOS["two payments share each batch"])) for _ in range(2))
    assert [(each.function, each.name, each.region) for each in first] == [
        (each.function, each.name, each.region) for each in second
    ]


def test_the_books_are_right_when_many_payments_went_through_both_regions(laboratory_with: MakeLaboratory) -> None:
    done = work_in(laboratory_with(None), Portion(SEED, payments=500))
    assert done.volume is not None
    assert done.violations == []
    assert done.volume.payments >= 500
    assert done.volume.faults > 0
    assert done.volume.outcomes["ACSC"] > 300


def test_the_report_counts_by_function_effect_and_fault_when_it_is_written(
    laboratory_with: MakeLaboratory, tmp_path: Path
) -> None:
    laboratory = laboratory_with(None)
    done = [
        work_in(laboratory, each)
        for each in (Portion(SEED, scenario="a message never comes"), Portion(SEED, schedules=5))
    ]
    data, page = write(document(done, seed=SEED, revision="test", seconds=1.0), tmp_path)
    told = json.loads(data.read_text())
    assert (told["seed"], told["violations"], told["random_schedules"]) == (SEED, 0, 5)
    killed = [
        point for point in told["points"] if (point["function"], point["effect"]) == ("timeout", "dynamodb UpdateItem")
    ]
    assert {point["fault"] for point in killed} >= {"killed", "refused", "unacknowledged"}
    assert sum(point["single"] for point in told["points"]) == told["single_faults"] - 1
    text = page.read_text()
    plot = etree.fromstring(text[text.index("<svg") : text.index("</svg>") + len("</svg>")])
    assert plot.tag.endswith("svg")
    assert "timeout" in text
