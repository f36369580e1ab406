"""The emulator as a process: started, found, stopped, and nothing left of it."""

from __future__ import annotations

import io
import os
import signal
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from simulations.cloud import emulator
from simulations.cloud.emulator import RunningEmulator
from simulations.cloud.errors import EmulatorError
from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.files import write_json
from simulations.cloud.gate_client import GateClient
from simulations.cloud.listening import listen
from simulations.cloud.realisers.base import Cloud
from tests.simulation.cloud.requests import signature

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("emulator")]

FUNCTION = "import os\ndef handle(event, context):\n    return dict(os.environ)\n"


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "emulator"
    yield directory
    emulator.stop(directory)


def processes_of(state_dir: Path) -> list[psutil.Process]:
    """Everything alive whose command line names the emulator's directory."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and any(str(state_dir) in part for part in process.info["cmdline"] or ())
    ]


def make_function(running: RunningEmulator) -> Cloud:
    """A function in eu-west-1 that answers with its environment, and a worker for it."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("module.py", FUNCTION)
    cloud = Cloud(running.endpoint, "000000000000", "eu-west-1", access_key_id="000000000000")
    role = "arn:aws:iam::000000000000:role/function"
    cloud.call(
        "lambda", "create_function", FunctionName="env", Runtime="python3.11", Role=role,
        Handler="module.handle", Code={"ZipFile": package.getvalue()},
    )  # fmt: skip
    assert GateClient(running.endpoint).warm() == {}
    return cloud


def test_nothing_is_left_when_the_block_of_an_emulator_ends(tmp_path: Path) -> None:
    with emulator.running_emulator(tmp_path) as running:
        health = httpx.get(f"{running.endpoint}/_twinrail/health", trust_env=False).json()
        assert (health["status"], health["pid"], health["port"]) == ("ok", running.pid, running.port)
        assert emulator.find(tmp_path) == running
        make_function(running)
        assert len(processes_of(tmp_path)) == 3  # server, database, worker
    assert processes_of(tmp_path) == []
    assert emulator.find(tmp_path) is None


def test_functions_see_nothing_of_the_users_environment_when_they_run(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as shell:
        shell.setenv("AWS_PROFILE", "production")
        shell.setenv("MY_TOKEN", "hush")
        running = emulator.start(state_dir)
    make_function(running)
    url = f"{running.endpoint}/2015-03-31/functions/env/invocations"
    seen = httpx.post(url, headers={"authorization": signature("lambda")}, trust_env=False).json()
    assert "MY_TOKEN" not in seen
    assert "AWS_PROFILE" not in seen
    assert seen["AWS_ENDPOINT_URL"] == running.endpoint
    # What the gate reads a caller's Region from; and the ledger's endpoint is the Region's, not the database itself.
    assert seen["AWS_SDK_UA_APP_ID"] == "eu-west-1"
    assert int(seen["PGPORT"]) != running.ledger_port
    assert seen["HOME"].startswith(str(state_dir))


def test_workers_end_when_their_server_is_killed(state_dir: Path) -> None:
    running = emulator.start(state_dir)
    make_function(running)
    processes = processes_of(state_dir)
    os.kill(running.pid, signal.SIGKILL)
    gone, alive = psutil.wait_procs(processes, timeout=5)
    assert (len(gone), alive) == (3, [])
    assert emulator.find(state_dir) is None


@pytest.mark.parametrize("server_is_killed", [False, True])
def test_nothing_frozen_is_left_when_it_is_stopped(state_dir: Path, *, server_is_killed: bool) -> None:
    running = emulator.start(state_dir)
    make_function(running)
    GateClient(running.endpoint).inject(Fault("eu-west-1", FaultKind.GONE, freeze=True))
    processes = processes_of(state_dir)
    assert [each.status() for each in processes].count(psutil.STATUS_STOPPED) == 1
    if server_is_killed:
        os.kill(running.pid, signal.SIGKILL)
    emulator.stop(state_dir)
    gone, alive = psutil.wait_procs(processes, timeout=5)
    assert (len(gone), alive) == (3, [])


def test_functions_are_dead_and_started_anew_when_their_region_was_gone(state_dir: Path) -> None:
    running = emulator.start(state_dir)
    cloud = make_function(running)
    [before] = workers_of(running)
    gate, gone = GateClient(running.endpoint), Fault("eu-west-1", FaultKind.GONE)
    gate.inject(gone)
    assert workers_of(running) == []
    assert not psutil.pid_exists(before)
    assert gate.warm().keys() == {"eu-west-1/env"}
    assert gate.heal() == (gone,)
    assert cloud.call("lambda", "invoke", FunctionName="env")["StatusCode"] == 200
    [after] = workers_of(running)
    assert after != before


def workers_of(running: RunningEmulator) -> list[int]:
    processes = httpx.get(f"{running.endpoint}/_twinrail/processes", trust_env=False).json()["processes"]
    return [each["pid"] for each in processes if each["role"] == "worker"]


def test_the_error_names_the_port_and_what_to_do_when_it_is_taken(state_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(EmulatorError, match=rf"port {port} cannot be had: Address already in use.*--port"):
            emulator.start(state_dir, port=port)
    assert processes_of(state_dir) == []


def test_a_second_one_is_refused_when_one_runs_already(state_dir: Path) -> None:
    running = emulator.start(state_dir)
    with pytest.raises(EmulatorError, match=f"{running.endpoint}.*twinrail down"):
        emulator.start(state_dir)
    assert emulator.find(state_dir) == running


def test_a_stranger_is_left_alone_when_it_has_a_recorded_process_id(state_dir: Path) -> None:
    record = {"pid": os.getpid(), "started_at": 1.0, "port": 4566, "account_id": "000000000000"}
    write_json(state_dir / "emulator.json", record)
    assert emulator.find(state_dir) is None
    assert emulator.stop(state_dir) is None
    assert psutil.pid_exists(os.getpid())


def test_it_starts_again_when_the_last_one_left_its_record(state_dir: Path) -> None:
    write_json(state_dir / "emulator.json", {"pid": 2**22, "started_at": 1.0, "port": 1, "account_id": "000000000000"})
    assert emulator.find(state_dir) is None
    assert emulator.start(state_dir) == emulator.find(state_dir)


def test_it_ends_when_the_process_that_holds_its_lifeline_is_gone(state_dir: Path) -> None:
    read_end, write_end = os.pipe()
    running = emulator.start(state_dir, lifeline_fd=read_end)
    server = psutil.Process(running.pid)
    os.close(read_end)
    os.close(write_end)
    assert psutil.wait_procs([server], timeout=5)[1] == []


def test_the_log_is_shown_when_the_server_does_not_come_up(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(EmulatorError, match="did not come up"):
        emulator.start(state_dir)


def test_answers_are_not_held_back_when_a_client_connects() -> None:
    # Only a socket that names its protocol gets TCP_NODELAY from asyncio; without it each answer takes 40 ms.
    with listen(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        assert listener.getsockname()[0] == "127.0.0.1"
