"""Code packages as the bytes that go to Lambda: deterministic, with a digest that tells whether the code changed."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import AssetArchive, FileArchive, StringAsset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulations.cloud.realisers.base import Archive

# The oldest time that a zip entry can carry: one time for all makes the same tree the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o644 << 16


class PackageNotBuiltError(FileNotFoundError):
    """A code package that the program names is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not there; run: make dist/local/manifest.json")
        self.path = path


def zip_bytes(archive: Archive) -> bytes:
    """The archive as the bytes of a zip file: a `.zip` as it is, anything else zipped deterministically.

    Raises PackageNotBuiltError where a path is not there.
    """
    if isinstance(archive, FileArchive) and Path(archive.path).suffix == ".zip":
        return _read(archive.path)
    return _zipped(tuple(sorted(_entries("", archive))))


def code_sha256(archive: Archive) -> str:
    """Base64 of the SHA-256 of the zip file, as Lambda reports it: changes with the code, not with its path.

    Raises PackageNotBuiltError where a path is not there.
    """
    return base64.b64encode(hashlib.sha256(zip_bytes(archive)).digest()).decode()


def _read(path: str) -> bytes:
    try:
        status = Path(path).stat()
    except FileNotFoundError as error:
        raise PackageNotBuiltError(path) from error
    return _read_version(_FileVersion(path, status.st_mtime_ns, status.st_size))


@dataclass(frozen=True, slots=True)
class _FileVersion:
    path: str
    modified_ns: int
    size_bytes: int


@lru_cache(maxsize=4)
def _read_version(version: _FileVersion) -> bytes:
    return Path(version.path).read_bytes()


def _entries(prefix: str, content: object) -> Iterator[tuple[str, bytes]]:
    if isinstance(content, AssetArchive):
        for name, member in content.assets.items():
            yield from _entries(f"{prefix}/{name}" if prefix else name, member)
    elif isinstance(content, StringAsset):
        yield prefix, content.text.encode()
    elif isinstance(content, FileArchive):
        yield from _files(prefix, Path(content.path))
    else:
        raise TypeError(f"{prefix or 'archive'}: neither a file, a text nor an archive: {type(content).__name__}")


def _files(prefix: str, path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                name = file.relative_to(path).as_posix()
                yield f"{prefix}/{name}" if prefix else name, file.read_bytes()
    else:
        yield prefix or path.name, _read(str(path))


def _zipped(entries: tuple[tuple[str, bytes], ...]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = FILE_MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return target.getvalue()
