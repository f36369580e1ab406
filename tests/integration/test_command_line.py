"""The command line as a new user meets it: up, status, send, show, down, and what it says to bad input."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from tenacity import Retrying, retry_if_not_result, stop_after_delay

from simulations.cloud.realisers.base import Cloud
from simulations.dns.client import DnsClient
from simulations.traffic.connections import client_secret

ROOT = Path(__file__).parents[2]
TWINRAIL = Path(sys.executable).with_name("twinrail")
SAMPLE = ROOT / "samples" / "01-single.xml"


@dataclass(frozen=True)
class CommandLine:
    """Runs `twinrail` with a state folder of its own, so that nothing that a developer runs is touched."""

    home: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(TWINRAIL), *arguments],
            cwd=ROOT,
            env={**os.environ, "TWINRAIL_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def document(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def refused(self, *arguments: str) -> str:
        """The one clear line of exit status 2."""
        done = self.run(*arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stdout == ""
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        return lines[0]

    def processes(self) -> list[psutil.Process]:
        """Whatever runs with this state folder, children of such processes among them."""
        return [each for each in psutil.process_iter() if str(self.home) in _words(each)]


def _words(process: psutil.Process) -> str:
    try:
        return " ".join([*process.cmdline(), *(f"{name}={value}" for name, value in process.environ().items())])
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    made = CommandLine(tmp_path_factory.mktemp("twinrail"))
    yield made
    made.run("down")


@pytest.fixture(scope="module")
def running(command_line: CommandLine) -> CommandLine:
    done = command_line.run("up")
    assert done.returncode == 0, done.stderr
    assert "1114 realised, 590 modelled" in done.stdout
    return command_line


def test_help_is_there_when_asked_of_any_command(command_line: CommandLine) -> None:
    for command in (
        "up",
        "status",
        "down",
        "plan",
        "send",
        "show",
        "dead-letters",
        "redrive",
        "replay",
        "scan",
        "demo",
    ):
        done = command_line.run(command, "--help")
        assert done.returncode == 0
        assert "--help" in done.stdout


def test_one_clear_line_when_nothing_runs(tmp_path: Path) -> None:
    idle = CommandLine(tmp_path)
    for arguments in (
        ("status",),
        ("send", str(SAMPLE)),
        ("show", "0b5c8a4e-6d4f-4b54-9a3e-0c5f0e6f7a11"),
        ("dead-letters",),
        ("redrive",),
        ("reconcile",),
        ("replay", "--since", "15m"),
        ("scan",),
    ):
        assert "twinrail up" in idle.refused(*arguments)
    assert idle.run("down").stdout.strip() == "nothing was running"


def test_one_clear_line_when_the_environment_is_unknown(command_line: CommandLine) -> None:
    for command in ("up", "plan"):
        assert command_line.refused(command, "--env", "nowhere") == (
            "twinrail: there is no environment 'nowhere'; known: dev, drill, prod, sandbox, staging"
        )


def test_one_clear_line_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in CommandLine(tmp_path).refused("up", "--port", str(port)).splitlines()[-1]
    assert CommandLine(tmp_path).processes() == []


def test_one_clear_line_when_usage_is_wrong(command_line: CommandLine) -> None:
    assert "No such command" in command_line.refused("upp")
    assert "No such option" in command_line.refused("plan", "--formt", "json")
    assert "--format" in command_line.refused("plan", "--format", "xlsx")
    assert "--port" in command_line.refused("up", "--port", "eighty")


def test_status_is_as_the_interface_says_when_it_runs(running: CommandLine) -> None:
    document = running.document("status")
    assert document["environment"] == "dev"
    assert document["engine"] == "embedded"
    assert document["global_name"] == "api.dev.twinrail.example"
    assert document["global_name"] in running.run("status").stdout
    assert document["resources"] == {"realised": 1114, "modelled": 590}
    assert set(document["regions"]) == {"eu-west-1", "eu-west-2"}
    for region in document["regions"].values():
        assert region["state"] == "healthy"
        assert region["api"].startswith(document["aws_endpoint"])
        assert region["auth"].startswith(document["aws_endpoint"])
        assert region["client_secret_arn"].startswith("arn:aws:secretsmanager:")


def test_nothing_changes_when_up_is_said_again(running: CommandLine) -> None:
    before = running.document("status")
    done = running.run("up")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "nothing changed"
    assert running.document("status") == before


def test_answer_is_printed_when_a_file_is_sent(running: CommandLine) -> None:
    done = running.run("send", str(SAMPLE), "--region", "eu-west-2")
    assert done.returncode == 0, done.stderr
    assert "ACCP eu-west-2 +0 ms > ACTC eu-west-2" in done.stdout
    assert "<GrpSts>ACSC</GrpSts>" in done.stdout


def test_one_document_is_printed_when_json_is_asked_for(running: CommandLine) -> None:
    # Another sample than the test before: a payment is taken once.
    samples = [
        ROOT / "samples" / "03-with-header.xml",
        ROOT / "samples" / "02-single.pacs.008.001.08.json",
        ROOT / "samples" / "29-truncated.xml",
    ]
    sent = running.document("send", *map(str, samples))["transactions"]
    assert [each["status"] for each in sent] == ["ACSC", "ACSC", "RJCT"]
    assert sent[2]["reason"]["code"] == "FF01"
    # The Region that DNS answers a client in the first one with.
    assert {each["region"] for each in sent} == {"eu-west-1"}
    shown = running.document("show", sent[0]["transaction_id"])
    assert shown["history"] == sent[0]["history"]
    assert shown["answer_message"] == sent[0]["answer"]
    assert json.loads(sent[1]["answer"])["Document"]["FIToFIPmtStsRpt"]


def test_messages_go_where_dns_answers_when_no_region_is_named(running: CommandLine) -> None:
    dns = DnsClient(running.document("status")["aws_endpoint"])
    dns.switch("eu-west-1", on=False)
    try:
        sample = ROOT / "samples" / "08-between-institutions.xml"
        [sent] = running.document("send", str(sample), "--consistency", "available")["transactions"]
        shown = running.run("show", sent["transaction_id"])
    finally:
        dns.switch("eu-west-1", on=True)
    assert (sent["region"], sent["status"]) == ("eu-west-2", "ACSC")
    assert {entry["region"] for entry in sent["history"]} == {"eu-west-2"}
    assert shown.stdout.splitlines()[0] == "as eu-west-2 has it"
    assert "both, available" in running.refused("send", str(sample), "--consistency", "one").replace("'", "")


def test_one_clear_line_when_a_file_cannot_be_sent(running: CommandLine, tmp_path: Path) -> None:
    assert "No such file" in running.refused("send", str(tmp_path / "absent.xml"))
    (tmp_path / "message.txt").write_text("<a/>")
    assert ".xml or .json" in running.refused("send", str(tmp_path / "message.txt"))
    (tmp_path / "large.xml").write_bytes(b"x" * 300_000)
    assert "413" in running.refused("send", str(tmp_path / "large.xml"))


def test_one_clear_line_when_region_or_transaction_is_unknown(running: CommandLine) -> None:
    assert "eu-west-1, eu-west-2" in running.refused("send", str(SAMPLE), "--region", "us-east-1")
    assert "404" in running.refused("show", "0b5c8a4e-6d4f-4b54-9a3e-0c5f0e6f7a11")
    assert "400" in running.refused("show", "not-an-id")


def test_a_dead_letter_is_listed_and_put_back_when_a_message_is_malformed(running: CommandLine) -> None:
    assert running.document("dead-letters") == {"dead_letters": []}
    assert running.run("dead-letters").stdout.strip() == "no dead letters"
    endpoint = running.document("status")["aws_endpoint"]
    Cloud(endpoint, "000000000000", "eu-west-2").call(
        "sqs",
        "send_message",
        QueueUrl=f"{endpoint}/000000000000/twinrail-dev-releasing.fifo",
        MessageBody="{",
        MessageGroupId="a-group",
        MessageDeduplicationId="once",
    )
    [letter] = _await_letters(running)
    assert (letter["region"], letter["queue"], letter["transaction_id"]) == ("eu-west-2", "releasing", "a-group")
    assert letter["reason"] == "MalformedDocument (releasing message: not JSON)"
    assert "1 put back" in running.run("redrive", "--queue", "releasing").stdout
    [again] = _await_letters(running)
    assert again["message_id"] != letter["message_id"]
    done = running.run("redrive", "--region", "eu-west-1", "--json")
    assert {each["messages"] for each in json.loads(done.stdout)["redriven"]} == {0}


def _await_letters(running: CommandLine) -> list[dict[str, Any]]:
    def letters() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = running.document("dead-letters", "--region", "eu-west-2")["dead_letters"]
        return found

    return Retrying(retry=retry_if_not_result(bool), stop=stop_after_delay(30))(letters)


def test_one_clear_line_when_queue_or_region_is_unknown(running: CommandLine) -> None:
    assert "incoming, payment-events, processing, releasing, syncing" in running.refused(
        "redrive", "--queue", "outgoing"
    )
    assert "eu-west-1, eu-west-2" in running.refused("dead-letters", "--region", "us-east-1")


def test_status_says_what_is_broken_until_it_is_healed(running: CommandLine) -> None:
    lost, slow = ("fault", "--kind", "gone", "--region", "eu-west-2"), ("fault", "--kind", "slow", "--latency-ms", "5")
    try:
        assert running.run(*lost).stdout == "broken  eu-west-2  gone\n"
        assert [each["region"] for each in running.document(*slow)["faults"]] == ["eu-west-2", "eu-west-1"]
        states = {name: each["state"] for name, each in running.document("status")["regions"].items()}
        assert states == {"eu-west-1": "slow", "eu-west-2": "gone"}
        healed = running.document("heal", "--region", "eu-west-2")["faults"]
        assert [(each["region"], each["kind"]) for each in healed] == [("eu-west-2", "gone")]
        assert running.run("fault").stdout == "broken  eu-west-1  slow  latency ms 5.0\n"
    finally:
        running.run("heal")
    assert running.run("fault").stdout == "nothing is broken\n"
    states = {name: each["state"] for name, each in running.document("status")["regions"].items()}
    assert set(states.values()) == {"healthy"}


@pytest.mark.parametrize("region", ["eu-west-1", "eu-west-2"])
def test_who_leads_is_told_when_a_region_is_gone(running: CommandLine, region: str) -> None:
    try:
        running.document("fault", "--kind", "gone", "--region", region)
        assert "regions" in running.document("regions")
    finally:
        running.run("heal")


def test_one_clear_line_when_a_fault_cannot_be(running: CommandLine) -> None:
    assert "us-east-1" in running.refused("fault", "--kind", "gone", "--region", "us-east-1")
    assert "us-east-1" in running.refused("heal", "--region", "us-east-1")
    assert "latency_ms" in running.refused("fault", "--kind", "slow")
    assert "services: not for a fault of kind gone" in running.refused("fault", "--kind", "gone", "--service", "s3")
    assert "broken" in running.refused("fault", "--kind", "broken")


def test_a_name_in_clear_is_told_by_its_place_when_there_is_one(running: CommandLine, tmp_path: Path) -> None:
    message = tmp_path / "message.xml"
    message.write_text("<Document><Dbtr><Nm>Lantern Quay Bindery</Nm></Dbtr></Document>")
    clear = running.run("scan", str(message))
    assert clear.returncode == 0, clear.stdout + clear.stderr
    assert clear.stdout.splitlines()[-1].endswith(": 0 in clear")
    cloud = Cloud(running.document("status")["aws_endpoint"], "000000000000", "eu-west-2")
    group = "/aws/lambda/twinrail-dev-intake"
    cloud.call("logs", "create_log_stream", logGroupName=group, logStreamName="planted")
    event = {"timestamp": 1_764_000_000_000, "message": json.dumps({"error": "no payment: LANTERN QUAY BINDERY"})}
    cloud.call("logs", "put_log_events", logGroupName=group, logStreamName="planted", logEvents=[event])
    try:
        found = running.run("scan", str(message))
        document = json.loads(running.run("scan", str(message), "--json").stdout)
    finally:
        cloud.call("logs", "delete_log_stream", logGroupName=group, logStreamName="planted")
    assert found.returncode == 1
    [told] = [line for line in found.stdout.splitlines() if line.startswith("CLEAR")]
    assert f"logs eu-west-2 {group}" in told
    assert "message.error: name of message.xml: Document/Dbtr/Nm" in told
    [finding] = document["findings"]
    assert (finding["kind"], finding["field"]) == ("name", "message.error")
    assert "lantern" not in (found.stdout + json.dumps(document)).lower()


def test_one_clear_line_when_there_is_nothing_to_look_for(running: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "nobody.xml").write_text("<Document/>")
    assert "no name, account or address in nobody.xml" in running.refused("scan", str(tmp_path / "nobody.xml"))
    assert "does not exist" in running.refused("scan", str(tmp_path / "absent.xml"))


def test_no_secret_is_on_disk_when_it_runs(running: CommandLine) -> None:
    status = running.document("status")
    secrets = [
        client_secret(status["aws_endpoint"], name, region["client_secret_arn"])
        for name, region in status["regions"].items()
    ]
    for path in running.home.rglob("state.json"):
        assert path.stat().st_mode & 0o077 == 0
        assert not any(secret in path.read_text() for secret in secrets)


def test_no_process_is_left_when_it_is_taken_down(running: CommandLine) -> None:
    assert len(running.processes()) > 1
    assert running.run("down").returncode == 0
    assert running.processes() == []
    assert "twinrail up" in running.refused("status")
