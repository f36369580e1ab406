"""The model says what the code says; where spin is there, it holds, and a broken guard is found."""

from __future__ import annotations

import ast
import operator
import re
from itertools import product
from pathlib import Path

import pytest

from lambdas.core.ledger.transfer import TRANSFERS, TransferState
from lambdas.core.lifecycle import TRANSITIONS, TransactionStatus
from lambdas.core.recovery import TRANSITIONS as WATCH_TRANSITIONS
from lambdas.core.recovery import Sighting, WatchState
from lambdas.service import release_answer
from lambdas.service.end_cancelled import _BEFORE as BEFORE_CANCELLED
from lambdas.service.late_message import BEFORE_LATE_END
from simulations.model.__main__ import main
from simulations.model.checks import BROKEN, CHECKS, LEADERSHIP, Broken
from simulations.model.spin import MISSING, TEXTS, missing, search
from simulations.model.tables import STEPS, tables

ROOT = Path(__file__).parents[3]
S = TransactionStatus
# Quick ones: each takes a second or two.
QUICK = [each for each in BROKEN if each.check is LEADERSHIP and each.redundant is None][:2] + [
    each for each in BROKEN if each.define == "M_STATUS"
]


def _macro(name: str, *arguments: int) -> int:
    """The value of one of the tables' macros: they are arithmetic that Python reads as C does."""
    found = re.search(rf"^#define {name}\(([\w, ]+)\) (.+)$", tables(), re.MULTILINE)
    assert found is not None, name
    named = dict(zip(found.group(1).split(", "), arguments, strict=True))
    return _value(ast.parse(found.group(2), mode="eval").body, named)


_OPERATORS = {ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.Mult: operator.mul, ast.Add: operator.add}


def _value(node: ast.expr, named: dict[str, int]) -> int:
    if isinstance(node, ast.Name):
        return named[node.id]
    if isinstance(node, ast.Constant):
        return int(str(node.value))
    assert isinstance(node, ast.BinOp)
    return int(_OPERATORS[type(node.op)](_value(node.left, named), _value(node.right, named)))


def test_the_model_takes_the_steps_of_the_lifecycle_and_no_other() -> None:
    statuses = list(S)
    for current, following in product(S, S):
        asked = _macro("FOLLOWS", statuses.index(current), statuses.index(following))
        assert bool(asked) is (following in TRANSITIONS.get(current, ())), (current, following)


def test_the_models_ledger_ends_what_the_ledger_does_and_nothing_else() -> None:
    states: list[TransferState | None] = [None, *TransferState]
    for current, following in product(states, TransferState):
        asked = _macro("LEDGER_FOLLOWS", states.index(current), states.index(following))
        legal = current is not None and following in TRANSFERS.get(current, ())
        assert bool(asked) is legal, (current, following)


def test_the_model_believes_what_core_recovery_does_after_every_look() -> None:
    states, sightings = list(WatchState), list(Sighting)
    for (state, sighting), following in WATCH_TRANSITIONS.items():
        assert _macro("WATCH_AFTER", states.index(state), sightings.index(sighting)) == states.index(following)


def test_every_step_of_the_model_asks_what_the_use_case_asks() -> None:
    assert STEPS["SETTLE"].expected == release_answer._BEFORE[S.ACSC]
    assert STEPS["REFUSE"].expected == release_answer._BEFORE[S.RJCT]
    assert STEPS["END_CANCELLED"].expected == BEFORE_CANCELLED
    before = BEFORE_LATE_END
    for name in ("REJECT", "GIVE_UP"):
        assert STEPS[f"{name}_BARE"].expected == before[S.ACCP]
        assert STEPS[name].expected == before[S.ACTC]
        assert before[S.ACSP] < before[S.ACTC], "loaded in ACSP it asks for less, which the model leaves out"


# How each use case that takes a step makes it: status, whether it asks for the epoch, and for a deadline that is past.
MADE = {
    "record_incoming": [("ACTC", False, False)],
    "process_message": [("ACSP", True, False)],
    "complete_settled": [("ACSP", True, False)],
    "release_answer": [("message.status", True, False)],
    "reject_overdue": [("RJCT", True, True)],
    "give_up": [("CANC", True, False)],
    "end_cancelled": [("CANC", True, False)],
}


def test_no_use_case_takes_a_step_that_the_model_does_not_know() -> None:
    found = {}
    for path in sorted((ROOT / "lambdas" / "service").glob("*.py")):
        made = [
            {each.arg: ast.unparse(each.value) for each in call.keywords if each.arg is not None}
            for call in ast.walk(ast.parse(path.read_text()))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Step"
        ]
        if made:
            found[path.stem] = [
                (each["status"].removeprefix("TransactionStatus."), "epoch" in each, "overdue_at" in each)
                for each in made
            ]
    assert found == MADE
    assert {(asked.epoch, asked.overdue, asked.following) for asked in STEPS.values()} == {
        (False, False, S.ACTC),
        (True, False, S.ACSP),
        (True, False, S.ACSC),
        (True, False, S.RJCT),
        (True, True, S.RJCT),
        (True, False, S.CANC),
    }


@pytest.mark.parametrize(
    ("adapter", "condition"),
    [
        ("dynamodb_takeover", 'f"{_IS_OPEN} AND #owner_region = :from AND #epoch = :known"'),
        ("dynamodb_takeover", 'f"{_IS_OPEN} AND #{OPEN_SHARD} = :taken"'),
        ("dynamodb_regions", '"#generation = :known AND #beat.#at = :heard"'),
        ("dynamodb_regions", '"#beat.#at = :heard"'),
    ],
)
def test_a_write_that_is_no_step_asks_what_the_model_asks(adapter: str, condition: str) -> None:
    text = (ROOT / "lambdas" / "adapters" / f"{adapter}.py").read_text()
    assert f"ConditionExpression={condition}," in text, "the model's MAY_TAKE, ON_TAKEN_LIST or NOT_..._SINCE follow it"


def test_every_guard_that_can_be_taken_away_is_taken_away_once() -> None:
    texts = {path.stem: path.read_text() for path in TEXTS.glob("*.pml")}
    named = {model: set(re.findall(r"\bM_[A-Z_]+\b", text)) for model, text in texts.items()}
    taken = {model: set[str]() for model in texts}
    for each in BROKEN:
        taken[each.check.model].update(each.define.split("+"))
    assert {model: found - {"M_"} for model, found in named.items()} == taken


def test_docs_name_every_check_and_every_guard() -> None:
    page = (ROOT / "docs" / "model.md").read_text()
    assert [each.name for each in CHECKS if f"| {each.name} |" not in page] == []
    assert [each.define for each in BROKEN if f"`{each.define}`" not in page] == []


def test_it_says_what_to_install_when_there_is_no_spin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main() == 2
    assert MISSING in capsys.readouterr().err


@pytest.mark.skipif(missing(), reason=MISSING)
@pytest.mark.parametrize("broken", QUICK, ids=lambda each: each.define)
def test_a_broken_guard_is_found(broken: Broken, tmp_path: Path) -> None:
    found = search(broken.check.model, broken.defines, tmp_path, shortest=True)
    assert found.found in broken.check.properties
    assert found.trail
    assert "assertion" in found.steps
