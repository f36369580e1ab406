"""A folder is replaced whole, or not at all."""

from pathlib import Path

import pytest

from tools.package.output import replaced


def _fail_to_replace(folder: Path) -> None:
    with replaced(folder) as fresh:
        (fresh / "half").touch()
        raise RuntimeError("the build failed")


def test_folder_holds_the_new_files_alone_when_the_build_ends(tmp_path: Path) -> None:
    for name in ("first", "second"):
        with replaced(tmp_path / "local") as fresh:
            (fresh / name).touch()
    assert [path.name for path in (tmp_path / "local").iterdir()] == ["second"]


def test_folder_is_as_it_was_when_the_build_fails(tmp_path: Path) -> None:
    with replaced(tmp_path / "local") as fresh:
        (fresh / "whole").touch()
    with pytest.raises(RuntimeError, match="the build failed"):
        _fail_to_replace(tmp_path / "local")
    assert [path.name for path in (tmp_path / "local").iterdir()] == ["whole"]


def test_there_is_no_folder_when_the_first_build_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="the build failed"):
        _fail_to_replace(tmp_path / "local")
    assert [path.name for path in tmp_path.iterdir()] == [".local.lock"]


def test_leavings_are_removed_when_an_earlier_build_was_killed(tmp_path: Path) -> None:
    (tmp_path / ".local-killed" / "fresh").mkdir(parents=True)
    (tmp_path / ".other-running").mkdir()
    with replaced(tmp_path / "local"):
        assert not (tmp_path / ".local-killed").exists()
    assert (tmp_path / ".other-running").exists()
