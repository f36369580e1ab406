"""The description of a fault."""

from __future__ import annotations

import pytest

from simulations.cloud.faults import LEDGER, Fault, FaultKind, InvalidFaultError, ServiceError, read_fault

HERE = "eu-west-1"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(HERE, FaultKind.GONE, freeze=True),
        Fault(HERE, FaultKind.UNREACHABLE),
        Fault(HERE, FaultKind.SLOW, latency_ms=20),
        Fault(HERE, FaultKind.ERRATIC, frozenset({"sqs"}), error_rate=0.5, seed=3),
        Fault(HERE, FaultKind.SERVICE, frozenset({LEDGER})),
        Fault(HERE, FaultKind.SERVICE, frozenset({"s3"}), error=ServiceError.LOST, error_rate=0.1, seed=4),
        Fault(HERE, FaultKind.PARTITION),
        Fault(HERE, FaultKind.STOPPED, functions=frozenset({"recover"})),
        Fault(HERE, FaultKind.STREAM),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_a_fault_is_read_back_when_it_was_written(fault: Fault) -> None:
    assert read_fault(fault.document()) == fault


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "JSON object"),
        ({"region": HERE}, "kind"),
        ({"region": HERE, "kind": "away"}, "kind: expected one of gone, "),
        ({"kind": "unreachable"}, "region"),
        ({"region": HERE, "kind": "unreachable", "service": "sqs"}, "unknown field: service"),
        ({"region": HERE, "kind": "unreachable", "services": "sqs"}, "services"),
        ({"region": HERE, "kind": "slow"}, "latency_ms"),
        ({"region": HERE, "kind": "slow", "latency_ms": -1}, "latency_ms"),
        ({"region": HERE, "kind": "slow", "latency_ms": True}, "latency_ms"),
        ({"region": HERE, "kind": "erratic", "error_rate": 2}, "error_rate"),
        ({"region": HERE, "kind": "erratic"}, "error_rate"),
        ({"region": HERE, "kind": "service"}, "services: name those that fail"),
        ({"region": HERE, "kind": "service", "services": ["s3"], "error": "broken"}, "error: expected one of"),
        ({"region": HERE, "kind": "service", "services": [LEDGER], "error": "lost"}, "error: the ledger"),
        ({"region": HERE, "kind": "gone", "freeze": "yes"}, "freeze: expected true or false"),
        ({"region": HERE, "kind": "gone", "services": ["s3"]}, "services: not for a fault of kind gone"),
        ({"region": HERE, "kind": "partition", "freeze": True}, "freeze: not for a fault of kind partition"),
        ({"region": HERE, "kind": "stopped", "functions": "recover"}, "functions: expected a list"),
        ({"region": HERE, "kind": "stream", "latency_ms": 5}, "latency_ms: not for a fault of kind stream"),
    ],
)
def test_a_fault_is_refused_when_it_is_described_wrongly(document: object, said: str) -> None:
    with pytest.raises(InvalidFaultError, match=said):
        read_fault(document)
