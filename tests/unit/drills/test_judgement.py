"""The judgement finds what is planted, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulations.drills.fates import Fate
from simulations.drills.judgement import Evidence, Judgement, Limits, judge
from simulations.drills.participant import Dealing
from simulations.drills.timeline import Recovery
from tests.unit.drills.dealings import HERE, fate, opened, wish

SETTLED = ("ACCP", "ACTC", "ACSP", "ACSC")
IN_TIME = Recovery(60.0, ())
NO_LIMITS = Limits()


def _judged(*fates: Fate, limits: Limits = NO_LIMITS, recovered: Recovery = IN_TIME, **more: Any) -> Judgement:
    dealings = [opened(number) for number in range(2)]
    evidence = Evidence(dealings, {each.transaction_id: each for each in fates})
    return judge(replace(evidence, **more), limits, recovered)


def test_a_drill_is_passed_when_everything_ended_as_its_client_chose() -> None:
    given_up = fate(1, "ACCP", "CANC", reason="DS02", taken=True, on_failover="cancel")
    found = _judged(fate(0, *SETTLED, taken=True), given_up, limits=Limits(recovery_seconds=90.0))
    assert found.passed
    assert (found.counts.acknowledged, found.counts.ended, found.counts.taken_over) == (2, 2, 2)
    assert (found.counts.settled, found.counts.cancelled, found.counts.durable) == (1, 1, 1)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ((fate(0, *SETTLED),), "1 lost: t1"),
        ((fate(0, *SETTLED), fate(1, "ACCP", "ACTC", "RJCT", reason="AB03")), "1 lost: t1"),
        ((fate(0, *SETTLED), fate(1, "ACCP", "RJCT", reason="FF01")), "1 lost: t1"),
        ((fate(0, *SETTLED), fate(1, "ACCP", "ACTC", "ACSP")), "1 not ended: t1"),
        ((fate(0, *SETTLED), fate(1, "ACCP", "RJCT", reason="AB03")), "1 valid, and rejected at the deadline: t1"),
        ((fate(0, *SETTLED), fate(1, "ACCP", "CANC", taken=True)), "1 cancelled although its client chose redrive: t1"),
    ],
)
def test_it_is_found_when_a_payment_did_not_end_as_it_should(planted: tuple[Fate, ...], said: str) -> None:
    assert said in _judged(*planted).complaints


def test_a_message_is_not_lost_when_its_client_was_content_with_the_copy_that_was() -> None:
    planted = fate(1, "ACCP", "ACTC", "RJCT", reason="AB03", taken=True, copies=(HERE,))
    found = _judged(fate(0, *SETTLED), planted)
    assert (found.counts.one_copy, found.counts.lost, found.passed) == (1, 0, True)


def test_a_late_step_is_found_when_a_region_moves_what_was_taken_from_it() -> None:
    taken = fate(1, *SETTLED, taken=True)
    late = replace(taken, history=(*taken.history[:-1], replace(taken.history[-1], region=HERE)))
    found = _judged(fate(0, *SETTLED), late)
    assert found.counts.late_accepted == 1
    assert "1 moved by a Region that had lost it: t1" in found.complaints


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ({"doubled": ["t0", "t1"]}, "2 settled more than once: t0, t1"),
        ({"mismatches": ["I2 a rule: t0: why"]}, "does not agree: I2 a rule: t0: why"),
        ({"broken_steps": ["heal: it failed"]}, "a step of the experiment failed: heal: it failed"),
        ({"deviated": True}, "the steady state was not there before, or not again afterwards"),
        ({"in_clear": {"logs eu-west-1 /a": 2}}, "in clear in logs eu-west-1 /a: 2 values"),
        ({"dealings": ()}, "no payment was opened: the drill has shown nothing"),
    ],
)
def test_it_is_found_when_something_speaks_against_the_drill(planted: dict[str, Any], said: str) -> None:
    assert said in _judged(fate(0, *SETTLED), fate(1, *SETTLED), **planted).complaints


@pytest.mark.parametrize(("seconds", "said"), [(95.0, "recovery took 95.0 s"), (None, "the hub did not recover")])
def test_recovery_is_too_late_when_it_took_longer_than_allowed(seconds: float | None, said: str) -> None:
    found = _judged(
        fate(0, *SETTLED), fate(1, *SETTLED), limits=Limits(recovery_seconds=90.0), recovered=Recovery(seconds, ())
    )
    assert [each for each in found.complaints if each.startswith(said)]


def test_late_writes_must_be_seen_when_the_drill_is_about_them() -> None:
    all_well = (fate(0, *SETTLED), fate(1, *SETTLED))
    assert not _judged(*all_well, limits=Limits(late_writes=True)).passed
    found = _judged(*all_well, limits=Limits(late_writes=True), late_refused={"releasing": 3})
    assert (found.passed, found.counts.late_refused) == (True, 3)


def test_it_is_found_when_the_hub_refused_a_payment() -> None:
    refused = Dealing.of(wish(7))
    refused.refused("HTTP 400 MALFORMED")
    found = _judged(dealings=[refused])
    assert "refused: payment 7: HTTP 400 MALFORMED" in found.complaints
    assert found.counts.never_opened == 1
