"""Compiling a tree so that Lambda never has to: without it, importing boto3 alone costs a second of CPU."""

import os
from pathlib import Path

from tools.package.processes import run
from tools.package.toolchain import Interpreter


def compile_tree(interpreter: Interpreter, tree: Path, *, mounted_at: str) -> None:
    """Write ``__pycache__`` for every module below ``tree``, as it will be read from ``mounted_at``.

    The bytecode is of PEP 552's unchecked kind: it is used whatever the time of its source, which unzipping changes,
    and nothing is written to Lambda's read-only /var/task. Raises CommandError where a module does not compile.
    """
    run(
        interpreter.path,
        *("-P", "-S", "-s", "-m", "compileall", "-q"),
        *("--invalidation-mode", "unchecked-hash"),
        *("-s", str(tree), "-p", mounted_at),
        str(tree),
        environment=_environment(),
    )


def _environment() -> dict[str, str]:
    """The caller's environment without what changes the interpreter, so that one source gives one bytecode."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PYTHONHASHSEED": "0"}
