"""What is changed in the embedded MiniStack is still there to be changed, and the changes do what they are for."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest
from ministack.core import lambda_runtime
from ministack.services import apigateway_v1, lambda_svc

from simulations.cloud import environments
from simulations.cloud.emulator_patches import PATCHES, Patch
from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.packages import SharedPackage
from simulations.cloud.regions import RegionFaults

CONFIG = {
    "FunctionName": "echo",
    "FunctionArn": "arn:aws:lambda:eu-west-1:000000000000:function:echo",
    "Version": "1",
    "Timeout": "3",
}


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.attribute)
def test_the_attribute_is_there_when_a_patch_changes_it(patch: Patch) -> None:
    assert hasattr(patch.owner, patch.attribute)


def test_the_log_wait_has_three_defaults_when_the_patch_replaces_them() -> None:
    assert len(lambda_runtime.Worker._drain_stderr_bounded.__defaults__) == 3


@pytest.mark.parametrize(
    ("owner", "attribute"),
    [
        (lambda_runtime, "_workers"),
        (lambda_runtime, "_worker_key"),
        (lambda_runtime, "_collect"),
        (lambda_runtime, "_lock"),
        (lambda_runtime, "ensure_spawned"),
        (lambda_runtime, "invalidate_worker"),
        (lambda_runtime, "kill_workers"),
        (lambda_runtime, "reset"),
        (lambda_runtime.Worker, "_spawn"),
        (lambda_svc, "_functions"),
        (lambda_svc, "_effective_func_record_for_qualifier"),
        (lambda_svc, "_run_with_function_config_scope"),
        (apigateway_v1, "find_api_scope"),
    ],
)
def test_the_attribute_is_there_when_the_server_reads_it(owner: object, attribute: str) -> None:
    assert hasattr(owner, attribute)


def test_files_are_shared_when_a_package_is_unpacked_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as written:
        written.writestr("package/module.py", "x = 1")
    unpacked = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        with SharedPackage(tmp_path / "code.zip") as package:
            package.extractall(tmp_path / name)
        unpacked.append((tmp_path / name / "package" / "module.py").resolve())
    assert unpacked[0] == unpacked[1]
    assert unpacked[0].read_text() == "x = 1"


def test_a_call_takes_the_worker_that_becomes_free_when_all_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "_workers", {})
    busy, reason = environments.acquire("echo", CONFIG, b"", "1", clock=lambda: 0.0)
    assert reason == "spawn"
    release = threading.Timer(0.0, environments.release, [busy])
    release.start()
    assert environments.acquire("echo", CONFIG, b"", "1", clock=lambda: 0.0) == (busy, "reused")
    release.join()


def test_a_few_workers_are_started_and_then_calls_are_throttled_when_none_becomes_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lambda_runtime, "_workers", {})
    times = iter(range(100))
    config = {**CONFIG, "Timeout": "1"}
    for _ in range(environments.AT_MOST):
        _, reason = environments.acquire("echo", config, b"", "1", clock=lambda: float(next(times)))
        assert reason == "spawn"
    worker, reason = environments.acquire("echo", config, b"", "1", clock=lambda: float(next(times)))
    assert (worker, reason) == (None, "func_cap")


def test_no_process_starts_when_the_region_is_gone() -> None:
    faults = RegionFaults()
    worker = environments.worker_in_region(
        "echo", CONFIG, b"", faults=faults, ledger_port_of={"eu-west-1": 1}.__getitem__
    )
    faults.add(Fault("eu-west-1", FaultKind.GONE))
    with pytest.raises(environments.RegionGoneError, match="eu-west-1 is gone"):
        lambda_runtime.ensure_spawned(worker)
