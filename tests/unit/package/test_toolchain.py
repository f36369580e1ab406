"""Bytecode is written by the version that will read it, or not at all."""

import sys
from pathlib import Path

import pytest

from tools.package.errors import CommandError, ToolMissingError
from tools.package.processes import run
from tools.package.targets import RUNTIMES, local_target
from tools.package.toolchain import find_interpreter

OTHER_RUNTIME = next(runtime for runtime in RUNTIMES if runtime != local_target().runtime)


def _program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_own_interpreter_is_taken_when_it_is_of_the_runtime() -> None:
    interpreter = find_interpreter(local_target().runtime)
    assert interpreter.path == Path(sys.executable)
    assert interpreter.version.startswith(f"{local_target().python_version}.")


def test_first_interpreter_that_runs_is_taken_when_an_earlier_one_is_a_broken_shim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"{OTHER_RUNTIME.removeprefix('python')}.5"
    _program(tmp_path / "shims", OTHER_RUNTIME, "echo 'command not found' >&2; exit 127")
    _program(tmp_path / "other", OTHER_RUNTIME, f"echo PyPy {version} /opt/pypy")
    _program(tmp_path / "real", OTHER_RUNTIME, f"echo CPython {version} /opt/python with space")
    monkeypatch.setenv("PATH", ":".join(str(tmp_path / name) for name in ("shims", "other", "real")))
    interpreter = find_interpreter(OTHER_RUNTIME)
    assert (interpreter.path, interpreter.version) == (Path("/opt/python with space"), version)


def test_error_says_what_to_install_when_no_interpreter_is_of_the_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ToolMissingError, match=rf"no {OTHER_RUNTIME} on PATH runs: install it, or choose another runtime"
    ):
        find_interpreter(OTHER_RUNTIME)


def test_command_error_is_one_line_when_a_program_fails(tmp_path: Path) -> None:
    program = _program(tmp_path, "uv", "printf 'no\\n  wheel\\n' >&2; exit 2")
    with pytest.raises(CommandError, match=r"^uv ended with status 2: no wheel$"):
        run(program)


def test_program_is_named_when_it_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError, match="uv cannot be run"):
        run(tmp_path / "uv")
