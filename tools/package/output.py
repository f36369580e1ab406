"""Putting a built folder in the place of the one before it: whole, or not at all."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READABLE_FOLDER = 0o755


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``folder`` when the block ends without an error.

    After an error, ``folder`` is as it was. Builds of one folder at the same time wait for each other; what a killed
    build left beside it is removed by the next.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(left)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            fresh = aside / "fresh"
            fresh.mkdir()
            fresh.chmod(_READABLE_FOLDER)
            yield fresh
            _exchange(folder, fresh, aside / "former")
        finally:
            shutil.rmtree(aside)


def _exchange(folder: Path, fresh: Path, former: Path) -> None:
    if folder.exists():
        folder.rename(former)
    try:
        fresh.rename(folder)
    except OSError:
        if former.exists():
            former.rename(folder)
        raise
