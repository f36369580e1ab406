"""The gate: what passes is counted, what a fault concerns is refused, and its own pages answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from simulations.cloud.authorizations import AuthorizationLog
from simulations.cloud.calls import CallCounter, CountedCall
from simulations.cloud.control import Control
from simulations.cloud.faults import Fault, FaultKind, ServiceError
from simulations.cloud.gate import Gate
from simulations.cloud.injector import FaultInjector
from simulations.cloud.regions import RegionFaults
from simulations.cloud.streams import EventStreams
from simulations.cloud.workers import Workers
from tests.simulation.cloud.requests import Behind, Exchange, scope, signature
from tests.simulation.cloud.test_injector import Broken

SQS = {
    "authorization": signature("sqs"),
    "x-amz-target": "AmazonSQS.SendMessage",
    "user-agent": "Boto3/1.43 twinrail/intake",
}
SNS = {"authorization": signature("sns"), "content-type": "application/x-www-form-urlencoded"}


class GateUnderTest:
    """A gate with an application behind that answers everything."""

    def __init__(self) -> None:
        self.calls = CallCounter()
        self.faults = RegionFaults()
        self.behind = Behind()
        broken = Broken()
        strong_tables: set[str] = set()
        control = Control(
            calls=self.calls,
            authorizations=AuthorizationLog(),
            faults=self.faults,
            injector=FaultInjector(self.faults, broken, broken),
            strong_tables=strong_tables,
            workers=Workers(),
            streams=EventStreams(Path("unused")),
            identity={"pid": 1},
        )
        self.gate = Gate(
            self.behind,
            control,
            calls=self.calls,
            faults=self.faults,
            region_of_api={"abc123": "eu-west-2"}.get,
            is_strong=strong_tables.__contains__,
        )

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Exchange:
        exchange = Exchange(body)
        asyncio.run(self.gate(scope(method, path, headers), exchange.receive, exchange.send))
        return exchange


@pytest.fixture
def gate() -> GateUnderTest:
    return GateUnderTest()


def counted(function: str, region: str, service: str, operation: str) -> CountedCall:
    return {"function": function, "region": region, "service": service, "operation": operation, "count": 1}


def test_a_call_is_counted_by_function_region_service_and_operation_when_it_passes(gate: GateUnderTest) -> None:
    assert gate.ask("POST", "/", SQS).status == 200
    assert gate.calls.counted() == [counted("intake", "eu-west-1", "sqs", "SendMessage")]


def test_a_call_is_counted_by_its_body_when_the_protocol_is_query(gate: GateUnderTest) -> None:
    gate.ask("POST", "/", SNS, b"Action=Publish&Message=secret")
    assert gate.calls.counted() == [counted("", "eu-west-1", "sns", "Publish")]
    assert "secret" not in json.dumps(gate.calls.counted())


def test_the_emulators_own_path_is_asked_for_when_a_region_gives_a_token(gate: GateUnderTest) -> None:
    gate.ask("POST", "/_twinrail/auth/eu-west-2/oauth2/token")
    assert gate.behind.paths == ["/oauth2/token"]
    assert gate.calls.counted() == [counted("", "eu-west-2", "cognito-idp", "POST /oauth2/token")]


def test_nothing_reaches_the_emulator_when_the_region_is_unreachable(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.UNREACHABLE))
    refused = gate.ask("POST", "/", SQS)
    assert (refused.status, refused.answer) == (503, b"")
    assert gate.behind.paths == []
    assert gate.calls.counted() == []


def test_the_other_regions_api_answers_when_a_region_is_unreachable(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.UNREACHABLE))
    assert gate.ask("POST", "/_aws/execute-api/abc123/v1/messages").status == 200


def test_nothing_of_a_lost_regions_function_reaches_the_other_region(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-2", FaultKind.GONE))
    late = {**SQS, "user-agent": "Botocore/1.43 app/eu-west-2 twinrail/recover"}
    assert gate.ask("POST", "/", late).status == 503
    assert gate.behind.paths == []
    assert gate.ask("POST", "/", SQS).status == 200


def test_a_call_is_refused_when_the_region_was_lost_while_it_waited(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.SLOW, latency_ms=20))
    exchange = Exchange()

    async def lose_it_meanwhile() -> None:
        waiting = asyncio.create_task(gate.gate(scope("POST", "/", SQS), exchange.receive, exchange.send))
        # It runs until it waits.
        await asyncio.sleep(0)
        gate.faults.add(Fault("eu-west-1", FaultKind.GONE))
        await waiting

    asyncio.run(lose_it_meanwhile())
    assert exchange.status == 503
    assert gate.behind.paths == []


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ServiceError.UNAVAILABLE, 500, "InternalServerError"),
        (ServiceError.THROTTLED, 400, "ProvisionedThroughputExceededException"),
    ],
)
def test_a_service_answers_with_its_own_error_when_it_fails(
    gate: GateUnderTest, error: ServiceError, status: int, code: str
) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.SERVICE, frozenset({"dynamodb"}), error=error))
    refused = gate.ask("POST", "/", table_call("GetItem"))
    assert refused.status == status
    assert json.loads(refused.answer)["__type"].endswith(f"#{code}")
    assert gate.behind.paths == []
    assert gate.ask("POST", "/", SQS).status == 200


def test_the_call_is_done_and_its_answer_lost_when_a_service_loses_answers(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.SERVICE, frozenset({"sqs"}), error=ServiceError.LOST))
    lost = gate.ask("POST", "/", SQS)
    assert (lost.status, lost.answer) == (503, b"")
    assert gate.behind.paths == ["/"]
    assert gate.calls.counted() == [counted("intake", "eu-west-1", "sqs", "SendMessage")]


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [
        ("UpdateItem", {"TableName": "strong"}, 500),
        ("GetItem", {"TableName": "strong", "ConsistentRead": True}, 500),
        ("GetItem", {"TableName": "strong"}, 200),
        ("UpdateItem", {"TableName": "plain"}, 200),
    ],
)
def test_what_needs_a_quorum_is_refused_when_the_region_has_none(
    gate: GateUnderTest, operation: str, body: dict[str, object], status: int
) -> None:
    gate.ask("PUT", "/_twinrail/strong-tables", body=b'{"tables": ["strong"]}')
    given = json.dumps(body).encode()
    assert gate.ask("POST", "/", table_call(operation), given).status == 200
    gate.faults.add(Fault("eu-west-1", FaultKind.PARTITION))
    answered = gate.ask("POST", "/", table_call(operation), given)
    assert answered.status == status
    assert (b"InternalServerError" in answered.answer) is (status == 500)


def table_call(operation: str) -> dict[str, str]:
    content = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{operation}"}
    return {"authorization": signature("dynamodb"), **content}


def test_only_the_fault_that_is_named_ends_when_one_is_healed(gate: GateUnderTest) -> None:
    gone, parted = Fault("eu-west-1", FaultKind.GONE), Fault("eu-west-2", FaultKind.PARTITION)
    for fault in (gone, parted):
        assert gate.ask("POST", "/_twinrail/faults", body=json.dumps(fault.document()).encode()).status == 201
    healed = gate.ask("DELETE", "/_twinrail/faults", body=json.dumps(gone.document()).encode())
    assert json.loads(healed.answer) == {"faults": [gone.document()]}
    assert json.loads(gate.ask("GET", "/_twinrail/faults").answer) == {"faults": [parted.document()]}


def test_a_request_passes_uncounted_when_it_belongs_to_no_region(gate: GateUnderTest) -> None:
    assert gate.ask("GET", "/_ministack/health").answer == b"behind"
    assert gate.calls.counted() == []


def test_a_fault_is_in_force_when_it_was_posted_and_gone_when_deleted(gate: GateUnderTest) -> None:
    fault = json.dumps({"region": "eu-west-1", "kind": "unreachable", "services": ["sqs"]}).encode()
    assert gate.ask("POST", "/_twinrail/faults", body=fault).status == 201
    assert gate.ask("POST", "/", SQS).status == 503
    assert gate.ask("DELETE", "/_twinrail/faults").status == 200
    assert gate.ask("POST", "/", SQS).status == 200


def test_the_body_comes_through_whole_when_it_was_looked_into(gate: GateUnderTest) -> None:
    gate.faults.add(Fault("eu-west-1", FaultKind.PARTITION))
    gate.ask("POST", "/", table_call("GetItem"), b'{"TableName": "strong"}')
    assert gate.behind.bodies == [b'{"TableName": "strong"}']


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"region": "eu-west-1", "kind": "away"}'])
def test_a_fault_is_refused_with_a_reason_when_it_is_wrong(gate: GateUnderTest, body: bytes) -> None:
    refused = gate.ask("POST", "/_twinrail/faults", body=body)
    assert refused.status == 400
    assert json.loads(refused.answer)["error"]


def test_counts_are_gone_when_they_are_reset(gate: GateUnderTest) -> None:
    gate.ask("POST", "/", SQS)
    gate.ask("POST", "/_twinrail/calls/reset")
    assert json.loads(gate.ask("GET", "/_twinrail/calls").answer) == {"calls": []}


def test_health_names_the_server_when_it_is_asked(gate: GateUnderTest) -> None:
    assert json.loads(gate.ask("GET", "/_twinrail/health").answer) == {"status": "ok", "pid": 1}


def test_processes_show_the_server_with_its_processor_time_when_asked(gate: GateUnderTest) -> None:
    processes = json.loads(gate.ask("GET", "/_twinrail/processes").answer)["processes"]
    assert processes[0]["role"] == "server"
    assert processes[0]["cpu_seconds"] > 0


def test_an_unknown_page_is_not_found_when_it_is_asked_for(gate: GateUnderTest) -> None:
    assert gate.ask("GET", "/_twinrail/secrets").status == 404
