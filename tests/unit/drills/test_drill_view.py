"""The lines that a pipe gets while a drill goes on."""

import pytest

from simulations.cli.drill_view import DrillView
from simulations.drills.drill import Options
from simulations.drills.timeline import Sample
from tests.unit.drills.dealings import HERE, THERE, opened


def test_a_pipe_gets_a_line_now_and_then_when_a_drill_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    dealings = [opened(0, at=100.0), opened(1, at=100.5)]
    dealings[1].failed(100.9)
    sample = Sample(101.0, {HERE: THERE, THERE: THERE}, {HERE: THERE, THERE: THERE}, {HERE: "gone"})
    with DrillView(Options("failover", HERE, 30, 3, 1)) as view:
        view.told.line("fault injected")
        for _ in range(3):
            view.told.look(sample, dealings)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "drill failover, eu-west-1: 3 payments a second for 30 s, seed 1"
    assert lines[1] == "fault injected"
    assert len(lines) == 3
    assert "due 2, opened 2, taken 0, ended 0" in lines[2]
    assert f"{HERE} gone, led by {THERE}, name leads to {THERE}" in lines[2]
