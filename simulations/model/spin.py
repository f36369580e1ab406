"""spin and gcc, run on a model: every state searched, or the first broken property with the shortest way to it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulations.model.tables import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = Path(__file__).parent / "promela"
NEEDED = ("spin", "gcc")
MISSING = "spin and gcc check the model; install them (Debian, Ubuntu: apt install spin gcc; macOS: brew install spin)"
_DEPTH = 10_000_000
_MEMORY_MB = 4_000
_FOUND = re.compile(rb"assertion violated \(?(\d+)\*.*\(at depth (\d+)\)")


class SpinFailed(Exception):
    """spin, gcc or the search itself did not come to an end."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A search. found: the number of the broken property, 0 for a dead end, None where all hold; trail: steps to it."""

    states: int
    transitions: int
    depth: int
    seconds: float
    megabytes: float
    found: int | None = None
    trail: int | None = None
    steps: str = ""


def missing() -> bool:
    """Whether there is nothing here to check a model with."""
    return any(shutil.which(each) is None for each in NEEDED)


def search(
    model: str, defines: Sequence[str], directory: Path, *, shortest: bool = False, cycles: bool = False
) -> Searched:
    """Search a model. shortest: breadth first, so that the trail is as short as any. Raises SpinFailed."""
    directory.mkdir(parents=True, exist_ok=True)
    text = tables() + (TEXTS / f"{model}.pml").read_text()
    (directory / "model.pml").write_text(text)
    flags = [f"-D{each}" for each in defines]
    _run(["spin", *flags, "-a", "model.pml"], directory)
    how = ["-DNP"] if cycles else ["-DSAFETY", *(["-DBFS"] if shortest else [])]
    _run(["gcc", "-w", "-O2", "-DCOLLAPSE", f"-DMEMLIM={_MEMORY_MB}", *how, "-o", "pan", "pan.c"], directory)
    output = _run(["./pan", f"-m{_DEPTH}", *(["-l"] if cycles else [])], directory)
    if b"Search not completed" in output and b"errors: 0" in output:
        raise SpinFailed(f"{model} {' '.join(defines)}: the search ran out of memory or depth")
    return _read(output, directory, flags)


def _read(output: bytes, directory: Path, flags: Sequence[str]) -> Searched:
    errors = _number(rb"errors: (\d+)", output)
    violated, dead_end = _FOUND.search(output), re.search(rb"invalid end state \(at depth (\d+)\)", output)
    found = None if not errors else int(violated.group(1)) if violated else 0
    trail = None
    if errors:
        place = violated.group(2) if violated else dead_end.group(1) if dead_end else b"0"
        trail = int(place)
    return Searched(
        states=int(_number(rb"(\d+) states, stored", output)),
        transitions=int(_number(rb"(\d+) transitions", output)),
        depth=int(_number(rb"depth reached (\d+)", output)),
        seconds=_number(rb"elapsed time ([\d.]+)", output),
        megabytes=_number(rb"([\d.]+)\s+total actual memory", output),
        found=found,
        trail=trail,
        steps=_run(["spin", *flags, "-t", "-p", "model.pml"], directory).decode() if errors else "",
    )


def _number(pattern: bytes, output: bytes) -> float:
    match = re.search(pattern, output)
    return float(match.group(1)) if match else 0.0


def _run(command: list[str], directory: Path) -> bytes:
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    # spin and pan exit with what they like where something is found: what they print says it.
    if (done.returncode and command[0] == "gcc") or b"Error: syntax error" in done.stdout:
        raise SpinFailed(f"{' '.join(command)}: {(done.stderr or done.stdout).decode(errors='replace')[:500]}")
    return done.stdout
