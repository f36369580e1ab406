"""Zip files whose bytes depend on nothing but what is in them."""

import hashlib
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

# The earliest time a zip can tell. No entry's real time is ever recorded: it differs from checkout to checkout.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_COMPRESSION_LEVEL = 6
# Permissions follow from the kind of file: a working tree's own depend on the umask that checked it out.
_LIBRARY_MODE = 0o755
_FILE_MODE = 0o644


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip's SHA-256 (hex) and its sizes in bytes."""

    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


def write_archive(tree: Path, destination: Path) -> Archive:
    """Write every file below ``tree`` to a zip, in order of name, with fixed times, permissions and compression."""
    files = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
    unzipped_bytes = 0
    with zipfile.ZipFile(destination, "w") as archive:
        for name in sorted(files):
            content = files[name].read_bytes()
            unzipped_bytes += len(content)
            archive.writestr(_entry(name), content, zipfile.ZIP_DEFLATED, _COMPRESSION_LEVEL)
    return Archive(sha256_of(destination), destination.stat().st_size, unzipped_bytes)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    mode = _LIBRARY_MODE if name.endswith(".so") else _FILE_MODE
    entry.external_attr = (stat.S_IFREG | mode) << 16
    return entry
