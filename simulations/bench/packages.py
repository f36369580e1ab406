"""Sizes of what is deployed, and what a cold start imports."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.package.isolation import handler_modules, import_cpu_ms, unpack
from tools.package.limits import in_megabytes
from tools.package.manifest import FUNCTIONS_ZIP, LAYER_ZIP, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "dist" / "local"
IMPORTS_COUNTED = 3


class NoPackage(Exception):
    """There is nothing built to measure."""


def package_lines(package: Path = PACKAGE) -> Iterator[str]:
    """A line per archive: its size zipped and unzipped. Raises NoPackage."""
    manifest = read_manifest(package)
    if manifest is None:
        raise NoPackage(f"{package} holds no package; run: make dist/local/manifest.json")
    for name, archive in ((FUNCTIONS_ZIP, manifest.functions), (LAYER_ZIP, manifest.layer)):
        zipped, unzipped = in_megabytes(archive.zipped_bytes), in_megabytes(archive.unzipped_bytes)
        yield f"{name:<44} {zipped} MB zipped, {unzipped} MB unzipped"


def import_lines(package: Path = PACKAGE) -> Iterator[str]:
    """A line per handler: CPU of importing it from code and layer alone, the best of a few new interpreters."""
    with tempfile.TemporaryDirectory() as workspace:
        unpacked = unpack(package, Path(workspace))
        for module in handler_modules(unpacked.code):
            best = min(import_cpu_ms(unpacked, module, {}) for _ in range(IMPORTS_COUNTED))
            yield f"{'cold import of ' + module.split('.')[2]:<44} {best:.0f} ms CPU"
