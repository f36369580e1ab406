"""docs/dependencies.md names what requirements/*.in asks for, each with a purpose and a licence, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)
_ROW = re.compile(r"^\| ([a-z0-9-]+) \| (.+?) \|.*\| (.+?) \|$", re.MULTILINE)


def _required() -> set[str]:
    lines = [
        line
        for source in sorted((ROOT / "requirements").glob("*.in"))
        for line in source.read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    return {found.group(1).lower() for line in lines if (found := _REQUIREMENT.match(line))}


def _documented() -> dict[str, tuple[str, str]]:
    rows = _ROW.findall((ROOT / "docs" / "dependencies.md").read_text())
    return {name: (purpose, licence) for name, purpose, licence in rows if name != "package"}


def test_every_dependency_is_documented_when_requirements_name_it() -> None:
    assert _required() == set(_documented())


def test_every_requirement_is_locked_with_hashes() -> None:
    locked = (ROOT / "requirements" / "dev.txt").read_text() + (ROOT / "requirements" / "bootstrap.txt").read_text()
    found = {name: rf"^{re.escape(name)}(\[.*\])?==.+\\$" for name in _required()}
    missing = [name for name, line in found.items() if not re.search(line, locked, re.MULTILINE)]
    assert missing == []


def test_no_lock_names_a_package_index() -> None:
    texts = [path.read_text() for path in (ROOT / "requirements").glob("*.txt")]
    assert not any("index-url" in text or "://" in text for text in texts)
