"""The function code's zip: one for all functions, on every processor."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.package.archives import Archive, write_archive
from tools.package.bytecode import compile_tree
from tools.package.contents import BUILT_FILES, LEFT_OUT_SUFFIXES, SHIPPED_SUFFIXES
from tools.package.errors import CommandError, SourceError
from tools.package.services import require_described
from tools.package.toolchain import Interpreter

# Where Lambda unpacks function code: tracebacks name this path, never the one of the machine that built it.
MOUNTED_AT = "/var/task"


def build_functions(root: Path, interpreter: Interpreter, workspace: Path, destination: Path) -> Archive:
    """Zip ``lambdas/`` of the project at ``root`` with its bytecode.

    ``workspace`` is an empty folder to build in. Raises SourceError for a file that no rule covers, for what should
    have been built before, for a module that does not compile and for a client of a service that the layer leaves out.
    """
    _require_built(root)
    for source in _shipped(root / "lambdas"):
        target = workspace / source.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    try:
        compile_tree(interpreter, workspace, mounted_at=MOUNTED_AT)
    except CommandError as error:
        said = str(error).replace(f"{workspace}/", "")
        raise SourceError(f"function code does not compile for CPython {interpreter.version}: {said}") from error
    require_described(root / "lambdas")
    return write_archive(workspace, destination)


def _require_built(root: Path) -> None:
    for pattern in BUILT_FILES:
        if not any(root.glob(pattern)):
            raise SourceError(f"there is no {pattern}: build the schemas first (`make build` and `make demo` do)")


def _shipped(lambdas: Path) -> Iterator[Path]:
    for path in sorted(lambdas.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(lambdas).parts)
        if not path.is_file() or hidden or path.suffix in LEFT_OUT_SUFFIXES:
            continue
        if path.suffix not in SHIPPED_SUFFIXES:
            raise SourceError(
                f"{path} is neither shipped nor left out: move it out of lambdas/, or name {path.suffix or 'its kind'} "
                "in tools/package/contents.py"
            )
        yield path
