"""A zip depends on what is in it alone."""

import os
import zipfile
from pathlib import Path

from tools.package.archives import write_archive


def _tree(root: Path, names: list[str], *, mode: int, modified_at: int) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        path.chmod(mode)
        os.utime(path, (modified_at, modified_at))
    return root


def test_bytes_are_equal_when_times_permissions_and_order_differ(tmp_path: Path) -> None:
    names = ["b/module.py", "a.so", "a/data.json"]
    first = write_archive(_tree(tmp_path / "1", names, mode=0o600, modified_at=1_700_000_000), tmp_path / "1.zip")
    second = write_archive(
        _tree(tmp_path / "2", names[::-1], mode=0o777, modified_at=1_600_000_000), tmp_path / "2.zip"
    )
    assert first == second
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_entries_are_sorted_and_readable_by_everyone_when_written(tmp_path: Path) -> None:
    archive = write_archive(_tree(tmp_path / "tree", ["b.py", "a.so"], mode=0o600, modified_at=0), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as written:
        entries = written.infolist()
    modes = [(entry.filename, oct(entry.external_attr >> 16)) for entry in entries]
    assert modes == [("a.so", "0o100755"), ("b.py", "0o100644")]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.unzipped_bytes == len("a.so") + len("b.py")
    assert archive.zipped_bytes == (tmp_path / "x.zip").stat().st_size
