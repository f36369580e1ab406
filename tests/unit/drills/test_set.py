"""The whole set: what is looked at once, after the last of an environment or of all."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.drills import __main__ as drills
from simulations.drills import holding
from simulations.drills.drill import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

ASKED = Options("", "", 0, 10.0, 1, scan=True)


@contextmanager
def no_hub(_home: Path, environment: str) -> Iterator[str]:
    yield environment


def held(monkeypatch: pytest.MonkeyPatch, chosen: list[drills.Planned]) -> list[tuple[str, str, Options]]:
    """What each drill of the set would be held with: environment, drill, options."""
    seen: list[tuple[str, str, Options]] = []

    def hold(hub: Any, planned: drills.Planned, asked: Options, _report: Path) -> dict[str, Any]:
        seen.append((hub, planned.name, asked))
        return {}

    monkeypatch.setattr(holding, "hub_for", no_hub)
    monkeypatch.setattr(drills, "_hold", hold)
    list(drills._held(chosen, ASKED, Path()))
    return seen


def test_every_drill_is_held_in_its_environment_when_the_set_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = held(monkeypatch, list(drills.SET))
    assert [(hub, name) for hub, name, _ in seen] == [(each.environment, each.name) for each in drills.SET]


def test_books_are_judged_as_a_whole_after_each_environments_last_and_one_hub_is_scanned_when_the_set_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = held(monkeypatch, list(drills.SET))
    whole = [(hub, name) for hub, name, asked in seen if asked.whole]
    assert whole == [("dev", "failover"), ("drill", "stream")]
    assert [(hub, name) for hub, name, asked in seen if asked.scan] == [("drill", "stream")]
    # Each was judged by the one before.
    assert all(asked.after_others for _, _, asked in seen)


def test_the_last_is_scanned_when_one_environment_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = held(monkeypatch, [each for each in drills.SET if each.name == "failover"])
    assert [asked.scan for _, _, asked in seen] == [False, True]
