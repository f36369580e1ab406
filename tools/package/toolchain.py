"""The programs that build a package: uv, and an interpreter of the version that will run it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.package.errors import CommandError, ToolMissingError
from tools.package.processes import run
from tools.package.targets import RUNTIMES, Target

_DESCRIBE = "import platform, sys; print(platform.python_implementation(), platform.python_version(), sys.executable)"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython and its full version, such as 3.11.7."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What a build runs."""

    uv: Path
    interpreter: Interpreter


def find_toolchain(target: Target) -> Toolchain:
    """The tools for a target; raises ToolMissingError with what to install."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.is_file():
        raise ToolMissingError(f"uv is not beside {sys.executable}: run `make install`")
    return Toolchain(uv, find_interpreter(target.runtime))


def find_interpreter(runtime: str) -> Interpreter:
    """A CPython of the runtime's version: this one if it is, else the first on PATH that runs.

    Bytecode can only be written by the version that will read it. Raises ToolMissingError.
    """
    version = runtime.removeprefix("python")
    for candidate in _candidates(runtime):
        interpreter = _describe(candidate)
        if interpreter is not None and interpreter.version.startswith(f"{version}."):
            return interpreter
    choices = ", ".join(RUNTIMES)
    raise ToolMissingError(
        f"bytecode for {runtime} needs CPython {version}, and no {runtime} on PATH runs: install it, or choose another "
        f"runtime of {choices} (--runtime, and the same in the environment's settings)"
    )


def _candidates(runtime: str) -> Iterator[Path]:
    yield Path(sys.executable)
    for folder in os.get_exec_path():
        candidate = Path(folder) / runtime
        if candidate.is_file() and os.access(candidate, os.X_OK):
            yield candidate


def _describe(candidate: Path) -> Interpreter | None:
    """What a program named like an interpreter is; None when it is another implementation or a shim without one."""
    try:
        implementation, version, executable = run(candidate, "-I", "-c", _DESCRIBE).strip().split(" ", 2)
    except (CommandError, ToolMissingError):
        return None
    return Interpreter(Path(executable), version) if implementation == "CPython" else None
