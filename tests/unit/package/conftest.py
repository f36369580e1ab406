"""A small project to build function code of, and the real package of this machine, built once per worker."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.package.build import build_package
from tools.package.manifest import Manifest
from tools.package.targets import local_target
from tools.package.toolchain import Toolchain, find_toolchain

REPOSITORY = Path(__file__).resolve().parents[3]
HANDLER = "lambdas/functions/greeting/handler.py"
SCHEMA = "lambdas/adapters/iso20022/xsd/pacs.008.001.08.xsd"
PROJECT = {
    "lambdas/__init__.py": "",
    "lambdas/functions/__init__.py": "",
    "lambdas/functions/greeting/__init__.py": "",
    HANDLER: "GREETING = 'built'\n\n\ndef handle() -> str:\n    return GREETING\n",
    "lambdas/api/openapi.json": "{}",
    SCHEMA: "<schema/>",
    "requirements/lambda.txt": "",
}

ProjectMaker = Callable[[str], Path]


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    """A package that was built, and what it says of itself."""

    folder: Path
    manifest: Manifest


@pytest.fixture
def make_project(tmp_path: Path) -> ProjectMaker:
    """Write the small project below a folder of the given name."""

    def make(name: str) -> Path:
        root = tmp_path / name
        for path, text in PROJECT.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return root

    return make


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    return find_toolchain(local_target())


@pytest.fixture(scope="session")
def local_package(tmp_path_factory: pytest.TempPathFactory, toolchain: Toolchain) -> BuiltPackage:
    """This repository's package for this machine, built with no layer to take over."""
    workspace = tmp_path_factory.mktemp("package")
    manifest = build_package(REPOSITORY, toolchain, local_target(), previous=workspace / "none", destination=workspace)
    return BuiltPackage(workspace, manifest)
