"""A short drill on an embedded cloud of its own, with the short times of the environment `drill`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("drill")]

TWINRAIL = Path(sys.executable).with_name("twinrail")
# The machine has other tests to run: how long recovering takes is the drills' own question (`make drills`).
OPTIONS = ("--env", "drill", "--seconds", "30", "--rate", "3", "--within", "100", "--scan", "--json")


def test_nothing_is_lost_or_doubled_when_a_region_is_lost_under_load(tmp_path: Path) -> None:
    held = subprocess.run(
        [str(TWINRAIL), "drill", "failover", *OPTIONS, "--report", str(tmp_path / "report")],
        env={**os.environ, "TWINRAIL_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert held.returncode == 0, held.stdout + held.stderr
    document = json.loads(held.stdout)
    counts = document["counts"]
    assert counts["acknowledged"] == counts["ended"] == counts["wanted"] == 90
    assert (counts["lost"], counts["doubled"], counts["unfinished"], counts["late_accepted"]) == (0, 0, 0, 0)
    assert counts["taken_over"] > 0
    told = {part["name"] for part in document["recovery"]["parts"] if part["seconds"] is not None}
    assert told >= {"detection", "takeover", "DNS", "drain"}
    assert set(document["events"]["missing"].values()) == {0}
    journal = json.loads((tmp_path / "report" / "journal.json").read_text())
    assert (journal["status"], journal["deviated"]) == ("completed", False)
    page = (tmp_path / "report" / "drill.html").read_text()
    assert "<svg" in page
    assert document["commands"][0] in page


def test_it_is_said_which_drills_there_are_when_one_is_unknown(tmp_path: Path) -> None:
    refused = subprocess.run(
        [str(TWINRAIL), "drill", "fail-over"],
        env={**os.environ, "TWINRAIL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert refused.returncode == 2
    assert refused.stderr.strip().startswith("twinrail: 'fail-over' is no drill; expected one of failback, failover,")
    assert refused.stdout == ""
