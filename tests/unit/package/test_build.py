"""Whole builds with a stand-in for uv: what is taken over, and what a failure leaves."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.package.conftest import ProjectMaker
from tools.package.__main__ import app
from tools.package.build import build_package
from tools.package.errors import DependencyError
from tools.package.manifest import LAYER_ZIP, Manifest, read_manifest, reusable_layer
from tools.package.targets import local_target
from tools.package.toolchain import Toolchain

# Lays out what botocore would: one description of each service that the layer must hold, and one more.
INSTALLS = """
for target; do :; done
for service in dsql dynamodb ec2 kms s3 secretsmanager sns sqs ssm sts; do
  mkdir -p "$target/botocore/data/$service" && echo '{}' > "$target/botocore/data/$service/service-2.json"
done
mkdir "$target/botocore-1.2.3.dist-info"
printf 'Metadata-Version: 2.1\\nName: botocore\\nVersion: 1.2.3\\n' > "$target/botocore-1.2.3.dist-info/METADATA"
"""
FAILS = "echo 'lxml==6.1.3 has no wheels with a matching platform tag' >&2; exit 1"


def _toolchain(folder: Path, real: Toolchain, script: str) -> Toolchain:
    uv = folder / "uv"
    uv.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo uv 1; exit; fi\n{script}\n', encoding="utf-8")
    uv.chmod(0o755)
    return Toolchain(uv, real.interpreter)


def _build(root: Path, toolchain: Toolchain, *, previous: Path, destination: Path) -> Manifest:
    destination.mkdir()
    return build_package(root, toolchain, local_target(), previous=previous, destination=destination)


def test_manifest_says_what_was_built_when_it_is_read_back(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    root = make_project("project")
    stand_in = _toolchain(tmp_path, toolchain, INSTALLS)
    manifest = _build(root, stand_in, previous=tmp_path / "none", destination=tmp_path / "1")
    assert read_manifest(tmp_path / "1") == manifest
    assert manifest.runtime == local_target().runtime
    assert manifest.packages == {"botocore": "1.2.3"}


def test_layer_is_taken_over_when_nothing_that_decides_it_changed(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    root = make_project("project")
    built = _build(
        root, _toolchain(tmp_path, toolchain, INSTALLS), previous=tmp_path / "none", destination=tmp_path / "1"
    )
    again = _build(root, _toolchain(tmp_path, toolchain, FAILS), previous=tmp_path / "1", destination=tmp_path / "2")
    assert again == built
    assert (tmp_path / "2" / LAYER_ZIP).read_bytes() == (tmp_path / "1" / LAYER_ZIP).read_bytes()


def test_layer_is_built_again_when_the_lock_changed(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    root = make_project("project")
    _build(root, _toolchain(tmp_path, toolchain, INSTALLS), previous=tmp_path / "none", destination=tmp_path / "1")
    (root / "requirements" / "lambda.txt").write_text("lxml==6.1.3\n", encoding="utf-8")
    failing = _toolchain(tmp_path, toolchain, FAILS)
    with pytest.raises(
        DependencyError, match=r"cannot be laid out for python.* no wheels with a matching platform tag"
    ):
        _build(root, failing, previous=tmp_path / "1", destination=tmp_path / "2")


@pytest.mark.parametrize("broken", [LAYER_ZIP, "manifest.json"])
def test_layer_is_not_taken_over_when_the_earlier_package_is_broken(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path, broken: str
) -> None:
    stand_in = _toolchain(tmp_path, toolchain, INSTALLS)
    built = _build(make_project("project"), stand_in, previous=tmp_path / "none", destination=tmp_path / "1")
    assert reusable_layer(tmp_path / "1", built.layer_key) is not None
    (tmp_path / "1" / broken).write_text("[]", encoding="utf-8")
    assert reusable_layer(tmp_path / "1", built.layer_key) is None


def test_build_stops_when_botocore_does_not_describe_a_service(
    make_project: ProjectMaker, toolchain: Toolchain, tmp_path: Path
) -> None:
    stand_in = _toolchain(tmp_path, toolchain, INSTALLS.replace(" sqs", ""))
    with pytest.raises(DependencyError, match="does not know sqs"):
        _build(make_project("project"), stand_in, previous=tmp_path / "none", destination=tmp_path / "1")


def test_command_says_one_line_and_exits_2_when_the_runtime_is_unknown() -> None:
    result = CliRunner().invoke(app, ["aws", "--runtime", "python2.7"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "tools.package: no packages are built for runtime 'python2.7': choose one of python3.11, python3.12, python3.13"
    ]
