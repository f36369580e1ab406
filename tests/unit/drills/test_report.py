"""The report says what the result says, and how to have it again."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from simulations.cli.drill_result import print_result
from simulations.cloud.running import Deployed
from simulations.drills import report
from simulations.drills.drill import Drill, Options
from simulations.drills.hub import DrilledHub
from simulations.drills.judgement import Evidence, Limits, judge
from simulations.drills.load import Load
from simulations.drills.result import Result
from simulations.drills.timeline import Moment, Recovery, recovery
from tests.unit.drills.dealings import HERE, THERE, fate, wish
from tests.unit.drills.test_load import FakeDoors

HUB = DrilledHub(
    {"environment": "drill", "regions": {HERE: {}, THERE: {}}},
    Deployed("http://127.0.0.1:1", {}, {}, 1, HERE),
    Path("home"),
)
OPTIONS = Options("failover", HERE, 30, 3, 7)
MOMENTS = {
    Moment.BEGUN: 99.0,
    Moment.BROKEN: 100.0,
    Moment.LEAD_TAKEN: 107.5,
    Moment.NAME_MOVED: 110.0,
    Moment.LAST_OLD_END: 112.0,
}


@pytest.fixture
def result() -> Result:
    drill = Drill(HUB, OPTIONS)
    drill._load = Load([wish(0), wish(1)], FakeDoors(()))
    for number, dealing in enumerate(drill.dealings):
        dealing.opened(f"t{number}", HERE, 100.0)
    for moment, at in MOMENTS.items():
        drill.timeline.note(moment, at)
    fates = {"t0": fate(0, "ACCP", "ACTC", "ACSP", "ACSC", taken=True)}
    recovered = recovery(MOMENTS)
    judged = judge(Evidence(drill.dealings, fates, late_refused={"releasing": 2}), Limits(20.0), recovered)
    return Result(drill, judged, recovered, fates, Counter({"releasing": 2}), 20.0)


def test_the_document_tells_parts_counts_and_what_speaks_against_it(result: Result, tmp_path: Path) -> None:
    data, _ = report.write(result, tmp_path)
    document = json.loads(data.read_text())
    assert document["passed"] is False
    assert document["complaints"] == ["1 lost: t1"]
    assert document["recovery"]["seconds"] == 12.0
    parts = {part["name"]: part["seconds"] for part in document["recovery"]["parts"]}
    assert parts == {"detection": 7.5, "takeover": 0.0, "DNS": 10.0, "drain": 4.5, "failback": None}
    assert document["late_writes_refused_by_function"] == {"releasing": 2}
    assert document["moments"]["fault injected"] == 1.0


def test_the_page_shows_the_timeline_and_the_commands_when_it_is_written(result: Result, tmp_path: Path) -> None:
    _, page = report.write(result, tmp_path)
    text = page.read_text()
    assert "<svg" in text
    for moment in (Moment.BROKEN, Moment.LEAD_TAKEN, Moment.NAME_MOVED):
        assert f"{moment.value} (" in text
    assert "1 lost: t1" in text
    assert "twinrail drill failover --lose eu-west-1 --seconds 30 --rate 3 --seed 7 --env drill" in text


def test_the_same_result_makes_the_same_page_when_it_is_written_again(result: Result, tmp_path: Path) -> None:
    [first, second] = [report.write(result, tmp_path / each)[1].read_text() for each in "ab"]
    assert first == second


def test_the_summary_names_every_drill_when_there_are_several(result: Result, tmp_path: Path) -> None:
    never = replace(result, recovery=Recovery(None, result.recovery.parts))
    documents = [{**each.document(), "folder": f"drill-{n}"} for n, each in enumerate((result, never))]
    text = report.write_summary(documents, tmp_path).read_text()
    assert text.count("FAILED") == 2
    assert "drill-0/drill.html" in text
    assert "drill-1/drill.html" in text


def test_a_person_is_told_the_verdict_the_parts_and_the_commands(
    result: Result, capsys: pytest.CaptureFixture[str]
) -> None:
    print_result(result)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "recovery 12.0 s, at most 20 s are allowed"
    assert any(line.startswith("  detection     7.5 s") for line in told)
    assert "  late refused      2" in told
    assert "AGAINST IT  1 lost: t1" in told
    assert "failover eu-west-1: FAILED" in told
    assert told[-1].startswith("again: ")
