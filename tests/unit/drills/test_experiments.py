"""The experiment files: valid for chaostoolkit, each naming functions that are there, and leaving nothing broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from chaoslib.experiment import ensure_experiment_is_valid

from simulations.drills import run
from simulations.drills.__main__ import SET


def _steps(document: dict[str, Any]) -> list[str]:
    return [each["provider"]["func"] for each in document["method"]]


@pytest.mark.parametrize("name", run.names())
def test_an_experiment_is_valid_when_chaostoolkit_looks_at_it(name: str) -> None:
    document = run.experiment(name)
    ensure_experiment_is_valid(document)
    assert document["configuration"]["experiment"] == name


@pytest.mark.parametrize("name", run.names())
def test_nothing_stays_broken_when_an_experiment_is_over(name: str) -> None:
    document = run.experiment(name)
    undone = [each["provider"]["func"] for each in document["rollbacks"]]
    assert undone == ["heal", "give_back"]
    steps = _steps(document)
    assert steps.index("begin_payments") < steps.index("inject") < steps.index("heal")
    assert "end_payments" in steps


@pytest.mark.parametrize("name", run.names())
def test_an_experiment_has_its_own_title_and_steps_when_it_is_read(name: str) -> None:
    others = [run.experiment(each) for each in run.names() if each != name]
    document = run.experiment(name)
    assert document["title"] not in {each["title"] for each in others}
    assert json.dumps(document["method"]) not in {json.dumps(each["method"]) for each in others}


def test_it_is_said_which_drills_there_are_when_one_is_unknown() -> None:
    with pytest.raises(run.UnknownDrill, match="failover"):
        run.experiment("fail-over")


def test_every_drill_is_held_when_all_are() -> None:
    assert {each.name for each in SET} == set(run.names())
    assert {each.region for each in SET if each.name == "failover"} == {0, 1}
    assert all(each.seconds >= 60 for each in SET)
