"""Faults of Regions."""

from __future__ import annotations

import pytest

from simulations.cloud.regions import PASS, Fault, FaultKind, InvalidFaultError, RegionFaults, Verdict, read_fault


def faults(*given: Fault) -> RegionFaults:
    active = RegionFaults()
    for fault in given:
        active.add(fault)
    return active


def test_calls_pass_when_no_fault_is_in_force() -> None:
    assert RegionFaults().verdict("eu-west-1", "sqs") == PASS


def test_calls_are_refused_when_their_region_is_unreachable() -> None:
    active = faults(Fault("eu-west-1", FaultKind.UNREACHABLE))
    assert active.verdict("eu-west-1", "sqs").refused
    assert not active.verdict("eu-west-2", "sqs").refused


def test_only_the_named_service_is_concerned_when_a_fault_names_one() -> None:
    active = faults(Fault("eu-west-1", FaultKind.UNREACHABLE, frozenset({"dynamodb"})))
    assert active.verdict("eu-west-1", "dynamodb").refused
    assert not active.verdict("eu-west-1", "sqs").refused


def test_calls_wait_for_all_latencies_together_when_several_faults_concern_them() -> None:
    slow = Fault("eu-west-1", FaultKind.SLOW, latency_ms=200)
    assert faults(slow, slow).verdict("eu-west-1", "s3") == Verdict(delay_seconds=0.4, refused=False)


def test_the_same_calls_fail_when_an_erratic_region_has_the_same_seed() -> None:
    erratic = Fault("eu-west-1", FaultKind.ERRATIC, error_rate=0.3, seed=7)
    first, second = faults(erratic), faults(erratic)
    outcomes = [first.verdict("eu-west-1", "s3").refused for _ in range(200)]
    assert outcomes == [second.verdict("eu-west-1", "s3").refused for _ in range(200)]
    assert 30 < sum(outcomes) < 90


def test_calls_pass_again_when_the_faults_are_cleared() -> None:
    active = faults(Fault("eu-west-1", FaultKind.UNREACHABLE))
    active.clear()
    assert active.verdict("eu-west-1", "sqs") == PASS
    assert active.faults() == ()


def test_a_fault_is_read_back_when_it_was_written() -> None:
    fault = Fault("eu-west-1", FaultKind.ERRATIC, frozenset({"sqs"}), error_rate=0.5, seed=3)
    assert read_fault(fault.document()) == fault


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "JSON object"),
        ({"region": "eu-west-1"}, "kind"),
        ({"region": "eu-west-1", "kind": "gone"}, "kind"),
        ({"kind": "unreachable"}, "region"),
        ({"region": "eu-west-1", "kind": "unreachable", "service": "sqs"}, "unknown field: service"),
        ({"region": "eu-west-1", "kind": "unreachable", "services": "sqs"}, "services"),
        ({"region": "eu-west-1", "kind": "slow"}, "latency_ms"),
        ({"region": "eu-west-1", "kind": "slow", "latency_ms": -1}, "latency_ms"),
        ({"region": "eu-west-1", "kind": "erratic", "error_rate": 2}, "error_rate"),
        ({"region": "eu-west-1", "kind": "erratic"}, "error_rate"),
    ],
)
def test_a_fault_is_refused_when_it_is_described_wrongly(document: object, said: str) -> None:
    with pytest.raises(InvalidFaultError, match=said):
        read_fault(document)
