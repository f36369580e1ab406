"""Importing a built package by itself: what the layer lacks, or what an import costs, shows here and not on AWS."""

import os
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.package.errors import CommandError, SourceError
from tools.package.manifest import FUNCTIONS_ZIP, LAYER_ZIP
from tools.package.processes import run

# -I and -S leave the standard library alone on sys.path: no environment, no working folder, no site-packages.
_ISOLATED = ("-I", "-S", "-B", "-c")
_IMPORT = """
import importlib, sys, time
sys.path[:0] = sys.argv[2:]
started = time.process_time()
importlib.import_module(sys.argv[1])
print(time.process_time() - started)
"""
_HANDLERS = "lambdas/functions/*/handler.py"


@dataclass(frozen=True, slots=True)
class UnpackedPackage:
    """A package laid out as Lambda lays it out: ``code`` is /var/task, ``layer`` is /opt."""

    code: Path
    layer: Path


def unpack(package: Path, workspace: Path) -> UnpackedPackage:
    """Unzip functions.zip and layer.zip of the folder ``package`` into ``workspace``."""
    unpacked = UnpackedPackage(workspace / "code", workspace / "layer")
    for name, folder in ((FUNCTIONS_ZIP, unpacked.code), (LAYER_ZIP, unpacked.layer)):
        with zipfile.ZipFile(package / name) as archive:
            archive.extractall(folder)
    return unpacked


def handler_modules(code: Path) -> list[str]:
    """The dotted names of the handler modules in unpacked function code."""
    handlers = sorted(path.relative_to(code).with_suffix("") for path in code.glob(_HANDLERS))
    return [".".join(handler.parts) for handler in handlers]


def import_cpu_ms(unpacked: UnpackedPackage, module: str, environment: dict[str, str]) -> float:
    """CPU milliseconds that importing ``module`` takes in a new interpreter, from the package and nothing else.

    Raises SourceError with what the import said when it fails.
    """
    paths = (str(unpacked.code), str(unpacked.layer / "python"))
    loader = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        seconds = run(Path(sys.executable), *_ISOLATED, _IMPORT, module, *paths, environment=loader | environment)
    except CommandError as error:
        raise SourceError(f"{module} cannot be imported from its package alone: {error}") from error
    return float(seconds.strip().splitlines()[-1]) * 1000
