"""Packages are the same bytes for the same files, and other bytes for others."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pulumi
import pytest

from simulations.cloud.realisers.archives import PackageNotBuiltError, code_sha256, zip_bytes

if TYPE_CHECKING:
    from pathlib import Path


def tree(root: Path, names: list[str]) -> Path:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}")
    return root


def test_zip_is_the_same_when_the_same_files_lie_elsewhere(tmp_path: Path) -> None:
    names = ["lambdas/core/lifecycle.py", "lambdas/__init__.py"]
    first = pulumi.FileArchive(str(tree(tmp_path / "one", names)))
    second = pulumi.FileArchive(str(tree(tmp_path / "two", list(reversed(names)))))
    assert zip_bytes(first) == zip_bytes(second)


def test_zip_holds_every_file_by_its_name_when_archives_are_nested(tmp_path: Path) -> None:
    directory = pulumi.FileArchive(str(tree(tmp_path, ["a.py", "b/c.py"])))
    archive = pulumi.AssetArchive({"code": directory, "settings.json": pulumi.StringAsset("{}")})
    with zipfile.ZipFile(io.BytesIO(zip_bytes(archive))) as package:
        assert package.namelist() == ["code/a.py", "code/b/c.py", "settings.json"]
        assert package.read("settings.json") == b"{}"


def test_digest_changes_when_the_package_is_built_anew_at_its_path(tmp_path: Path) -> None:
    package = tmp_path / "functions.zip"
    package.write_bytes(zip_bytes(pulumi.AssetArchive({"handler.py": pulumi.StringAsset("one")})))
    before = code_sha256(pulumi.FileArchive(str(package)))
    package.write_bytes(zip_bytes(pulumi.AssetArchive({"handler.py": pulumi.StringAsset("three")})))
    assert code_sha256(pulumi.FileArchive(str(package))) != before


def test_error_names_the_path_when_a_package_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PackageNotBuiltError, match=r"layer\.zip is not there; run: make"):
        code_sha256(pulumi.FileArchive(str(tmp_path / "layer.zip")))


def test_error_names_the_member_when_it_lies_on_another_machine() -> None:
    remote = pulumi.AssetArchive({"far.py": pulumi.RemoteAsset("https://example.org/far.py")})
    with pytest.raises(TypeError, match=r"far\.py: neither a file"):
        zip_bytes(remote)
