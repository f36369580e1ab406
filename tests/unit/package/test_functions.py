"""functions.zip: deterministic, compiled for Lambda, and nothing in it by accident."""

import importlib.util
import os
import zipfile
from importlib.machinery import SourcelessFileLoader
from pathlib import Path

import pytest

from tests.unit.package.conftest import HANDLER, SCHEMA, ProjectMaker
from tools.package.archives import Archive
from tools.package.errors import SourceError
from tools.package.functions import build_functions
from tools.package.processes import run
from tools.package.toolchain import Toolchain

_UNCHECKED_HASH = 0b01
CACHED_HANDLER = importlib.util.cache_from_source(HANDLER)


def _build(root: Path, toolchain: Toolchain) -> Archive:
    workspace = root / "workspace"
    workspace.mkdir()
    return build_functions(root, toolchain.interpreter, workspace, root / "functions.zip")


def _content(root: Path, name: str) -> bytes:
    with zipfile.ZipFile(root / "functions.zip") as archive:
        return archive.read(name)


def _names(root: Path) -> list[str]:
    with zipfile.ZipFile(root / "functions.zip") as archive:
        return archive.namelist()


def test_zip_is_byte_identical_when_built_elsewhere_and_later(make_project: ProjectMaker, toolchain: Toolchain) -> None:
    here, there = make_project("here"), make_project("somewhere/else")
    for path in there.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert _build(here, toolchain) == _build(there, toolchain)
    assert (here / "functions.zip").read_bytes() == (there / "functions.zip").read_bytes()


def test_every_module_has_unchecked_bytecode_when_built(make_project: ProjectMaker, toolchain: Toolchain) -> None:
    root = make_project("project")
    _build(root, toolchain)
    names = _names(root)
    modules = [name for name in names if name.endswith(".py")]
    assert HANDLER in modules
    for module in modules:
        bytecode = _content(root, importlib.util.cache_from_source(module))
        assert bytecode[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(bytecode[4:8], "little") == _UNCHECKED_HASH


def test_bytecode_names_the_path_on_lambda_when_built(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    root = make_project("project")
    _build(root, toolchain)
    bytecode = tmp_path / "handler.pyc"
    bytecode.write_bytes(_content(root, CACHED_HANDLER))
    code = SourcelessFileLoader("handler", str(bytecode)).get_code("handler")
    assert code is not None
    assert code.co_filename == f"/var/task/{HANDLER}"
    assert not any(str(root).encode() in _content(root, name) for name in _names(root))


def test_bytecode_runs_when_its_source_is_newer_and_other(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    root = make_project("project")
    _build(root, toolchain)
    unpacked = tmp_path / "task"
    with zipfile.ZipFile(root / "functions.zip") as archive:
        archive.extractall(unpacked)
    (unpacked / HANDLER).write_text("GREETING = 'compiled again'\n", encoding="utf-8")
    program = (
        f"import sys; sys.path[:] = [{str(unpacked)!r}, *sys.path]; from lambdas.functions.greeting import handler"
    )
    said = run(toolchain.interpreter.path, "-I", "-S", "-c", f"{program}; print(handler.handle())")
    assert said.strip() == "built"


def test_zip_holds_code_schemas_and_api_alone_when_the_tree_holds_more(
    make_project: ProjectMaker, toolchain: Toolchain
) -> None:
    root = make_project("project")
    for left_out in (
        "lambdas/.hidden",
        "lambdas/.cache/x.py",
        "lambdas/notes.md",
        f"{CACHED_HANDLER}.pyc",
        "tests/x.py",
    ):
        (root / left_out).parent.mkdir(parents=True, exist_ok=True)
        (root / left_out).write_text("x = 1\n", encoding="utf-8")
    _build(root, toolchain)
    assert [name for name in _names(root) if not name.endswith(".pyc")] == [
        "lambdas/__init__.py",
        "lambdas/adapters/iso20022/xsd/pacs.008.001.08.xsd",
        "lambdas/api/openapi.json",
        "lambdas/functions/__init__.py",
        "lambdas/functions/greeting/__init__.py",
        HANDLER,
    ]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("lambdas/key.pem", "secret", "neither shipped nor left out"),
        (HANDLER, "def handle(:\n", "invalid syntax"),
        (HANDLER, "client = boto3.client('ec2')\n", "ec2, which the layer leaves out"),
    ],
    ids=["unknown kind of file", "syntax error", "service without description"],
)
def test_build_stops_when_the_tree_cannot_be_packaged(
    make_project: ProjectMaker, toolchain: Toolchain, path: str, text: str, said: str
) -> None:
    root = make_project("project")
    (root / path).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        _build(root, toolchain)
    assert not (root / "functions.zip").exists()


def test_build_stops_when_the_schemas_are_not_built(make_project: ProjectMaker, toolchain: Toolchain) -> None:
    root = make_project("project")
    (root / SCHEMA).unlink()
    with pytest.raises(SourceError, match="build the schemas first"):
        _build(root, toolchain)
