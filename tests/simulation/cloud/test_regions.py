"""What the faults in force do to a call, and which Regions stand still."""

from __future__ import annotations

import pytest

from simulations.cloud.faults import LEDGER, Fault, FaultKind, ServiceError
from simulations.cloud.regions import Outcome, Passage, RegionFaults, cuts_ledger

HERE, THERE = "eu-west-1", "eu-west-2"
FUNCTION = "twinrail-dev-releasing"


def faults(*given: Fault) -> RegionFaults:
    active = RegionFaults()
    for fault in given:
        active.add(fault)
    return active


def outcome(active: RegionFaults, region: str, service: str, caller: str = "") -> Outcome:
    return active.outcome(Passage(region, service, caller))


def test_calls_pass_when_no_fault_is_in_force() -> None:
    assert outcome(RegionFaults(), HERE, "sqs", HERE) is Outcome.PASSED
    assert RegionFaults().delay_seconds(Passage(HERE, "sqs")) == 0


def test_calls_are_refused_when_their_region_is_unreachable() -> None:
    active = faults(Fault(HERE, FaultKind.UNREACHABLE))
    assert outcome(active, HERE, "sqs") is Outcome.UNREACHABLE
    assert outcome(active, THERE, "sqs") is Outcome.PASSED


def test_only_the_named_service_is_concerned_when_a_fault_names_one() -> None:
    active = faults(Fault(HERE, FaultKind.UNREACHABLE, frozenset({"dynamodb"})))
    assert outcome(active, HERE, "dynamodb") is Outcome.UNREACHABLE
    assert outcome(active, HERE, "sqs") is Outcome.PASSED
    assert outcome(active, HERE, LEDGER, HERE) is Outcome.PASSED


def test_calls_wait_for_all_latencies_together_when_several_faults_concern_them() -> None:
    slow = Fault(HERE, FaultKind.SLOW, latency_ms=200)
    active = faults(slow, slow)
    assert active.delay_seconds(Passage(HERE, "s3")) == pytest.approx(0.4)
    assert active.delay_seconds(Passage(HERE, LEDGER, HERE)) == pytest.approx(0.4)
    assert active.delay_seconds(Passage(THERE, "s3")) == 0
    assert outcome(active, HERE, "s3") is Outcome.PASSED


def test_the_same_calls_fail_when_an_erratic_region_has_the_same_seed() -> None:
    erratic = Fault(HERE, FaultKind.ERRATIC, error_rate=0.3, seed=7)
    first, second = faults(erratic), faults(erratic)
    outcomes = [outcome(first, HERE, "s3") for _ in range(200)]
    assert outcomes == [outcome(second, HERE, "s3") for _ in range(200)]
    assert 30 < outcomes.count(Outcome.UNREACHABLE) < 90


@pytest.mark.parametrize("caller", ["", HERE, THERE])
def test_nothing_gets_to_a_region_when_it_is_gone(caller: str) -> None:
    active = faults(Fault(HERE, FaultKind.GONE))
    for service in ("execute-api", "dynamodb", LEDGER):
        assert outcome(active, HERE, service, caller) is Outcome.UNREACHABLE


def test_nothing_gets_out_of_a_region_when_it_is_gone() -> None:
    active = faults(Fault(HERE, FaultKind.GONE))
    assert outcome(active, THERE, "s3", HERE) is Outcome.UNREACHABLE
    assert outcome(active, THERE, "s3", THERE) is Outcome.PASSED
    assert outcome(active, THERE, "s3") is Outcome.PASSED


def test_everything_of_a_region_stands_still_when_it_is_gone() -> None:
    active = faults(Fault(HERE, FaultKind.GONE))
    assert [active.is_gone(each) for each in (HERE, THERE)] == [True, False]
    assert [active.stops_function(each, FUNCTION) for each in (HERE, THERE)] == [True, False]
    assert [active.stops_schedules(each) for each in (HERE, THERE)] == [True, False]
    assert [active.stops_stream(each) for each in (HERE, THERE)] == [True, False]
    assert not active.lacks_quorum(HERE)


def test_no_function_reaches_the_other_side_when_the_regions_are_parted() -> None:
    active = faults(Fault(HERE, FaultKind.PARTITION))
    assert outcome(active, THERE, "s3", HERE) is Outcome.UNREACHABLE
    assert outcome(active, HERE, "s3", THERE) is Outcome.UNREACHABLE
    for each in (HERE, THERE):
        assert outcome(active, each, "s3", each) is Outcome.PASSED
        assert outcome(active, each, "execute-api") is Outcome.PASSED


def test_the_minority_alone_lacks_the_quorum_when_the_regions_are_parted() -> None:
    active = faults(Fault(HERE, FaultKind.PARTITION))
    assert [active.lacks_quorum(each) for each in (HERE, THERE)] == [True, False]
    assert outcome(active, HERE, LEDGER, HERE) is Outcome.UNREACHABLE
    assert outcome(active, THERE, LEDGER, THERE) is Outcome.PASSED
    assert not active.is_gone(HERE)
    assert not active.stops_function(HERE, FUNCTION)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ServiceError.UNAVAILABLE, Outcome.UNAVAILABLE),
        (ServiceError.THROTTLED, Outcome.THROTTLED),
        (ServiceError.LOST, Outcome.LOST),
    ],
)
def test_a_service_says_what_it_is_told_when_it_fails(error: ServiceError, expected: Outcome) -> None:
    active = faults(Fault(HERE, FaultKind.SERVICE, frozenset({"dynamodb"}), error=error))
    assert outcome(active, HERE, "dynamodb") is expected
    assert outcome(active, HERE, "s3") is Outcome.PASSED


def test_nobody_hears_a_services_error_when_its_region_is_gone() -> None:
    failing = Fault(HERE, FaultKind.SERVICE, frozenset({"dynamodb"}))
    for active in (faults(failing, Fault(HERE, FaultKind.GONE)), faults(Fault(HERE, FaultKind.GONE), failing)):
        assert outcome(active, HERE, "dynamodb") is Outcome.UNREACHABLE


def test_the_named_functions_alone_get_nothing_when_they_are_stopped() -> None:
    active = faults(Fault(HERE, FaultKind.STOPPED, functions=frozenset({"releasing"})))
    assert active.stops_function(HERE, FUNCTION)
    assert not active.stops_function(THERE, FUNCTION)
    assert not active.stops_function(HERE, "twinrail-dev-processing")
    assert not active.stops_schedules(HERE)


def test_all_functions_and_schedules_stand_still_when_no_function_is_named() -> None:
    active = faults(Fault(HERE, FaultKind.STOPPED))
    assert active.stops_function(HERE, FUNCTION)
    assert active.stops_schedules(HERE)
    assert outcome(active, HERE, "sqs") is Outcome.PASSED


def test_the_stream_alone_is_down_when_the_fault_is_its() -> None:
    active = faults(Fault(HERE, FaultKind.STREAM))
    assert [active.stops_stream(each) for each in (HERE, THERE)] == [True, False]
    assert outcome(active, HERE, "sqs") is Outcome.PASSED


def test_calls_pass_again_when_the_faults_are_removed() -> None:
    fault = Fault(HERE, FaultKind.UNREACHABLE)
    active = faults(fault)
    assert active.remove() == (fault,)
    assert outcome(active, HERE, "sqs") is Outcome.PASSED
    assert active.faults() == ()


def test_the_other_fault_stays_when_one_is_removed() -> None:
    gone, parted = Fault(HERE, FaultKind.GONE), Fault(THERE, FaultKind.PARTITION)
    active = faults(gone, parted)
    assert active.remove(gone) == (gone,)
    assert active.faults() == (parted,)
    assert active.remove(gone) == ()


@pytest.mark.parametrize(
    ("fault", "cut"),
    [
        (Fault(HERE, FaultKind.GONE), True),
        (Fault(HERE, FaultKind.PARTITION), True),
        (Fault(HERE, FaultKind.UNREACHABLE), True),
        (Fault(HERE, FaultKind.UNREACHABLE, frozenset({"s3"})), False),
        (Fault(HERE, FaultKind.SERVICE, frozenset({LEDGER})), True),
        (Fault(HERE, FaultKind.SERVICE, frozenset({LEDGER}), error_rate=0.5), False),
        (Fault(HERE, FaultKind.SLOW, latency_ms=1), False),
        (Fault(HERE, FaultKind.STREAM), False),
    ],
)
def test_connections_to_the_ledger_break_when_the_fault_is_certain_to_reach_them(fault: Fault, *, cut: bool) -> None:
    assert cuts_ledger(fault) is cut
