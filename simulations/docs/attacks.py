"""docs/attacks.md from the markers of the tests in tests/attacks: what is tried, how it is refused, what shows it.

The files are read, not run: nothing has to be deployed to write the table.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKER = "pytest.mark.attack"
PLACE = "../tests/attacks"
HEAD = f"""\
# Attempts against the hub

Written by `make docs` from the markers of the tests in [tests/attacks]({PLACE}): {{count}} attempts, each a test of its
own that fails when the hub no longer refuses it. To run them: `.venv/bin/pytest tests/attacks`."""
COLUMNS = ("| attempt | refused how | test |", "|---|---|---|")
FORM = f'{MARKER}("what is tried", refused="how it is refused")'


class UnmarkedAttack(Exception):
    """A test among the attacks whose marker is missing, or says too little for a row."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A row of the table. `part`: what is attacked, by the name of its file (`test_api.py`: `api`)."""

    part: str
    attempt: str
    refused: str
    test: str
    file: str


def attack_table(directory: Path) -> str:
    """The table as Markdown.

    Raises:
        UnmarkedAttack: a test in `directory` is not marked as an attack.

    """
    rows = attacks_in(directory)
    lines = [HEAD.format(count=len(rows))]
    for part, attacks in groupby(rows, lambda row: row.part):
        lines += [
            "",
            f"## {part.replace('_', ' ').capitalize()}",
            "",
            "| attempt | refused how | test |",
            "|---|---|---|",
        ]
        lines += [f"| {each.attempt} | {each.refused} | [`{each.test}`]({PLACE}/{each.file}) |" for each in attacks]
    return "\n".join(lines) + "\n"


def attacks_in(directory: Path) -> list[Attack]:
    """Every attack that the test files of a directory hold, in the order of file names and lines."""
    return [
        _attack(file, test)
        for file in sorted(directory.glob("test_*.py"))
        for test in _tests(ast.parse(file.read_text(encoding="utf-8")))
    ]


def _tests(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Those in classes too: pytest would run them."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node


def _attack(file: Path, test: ast.FunctionDef | ast.AsyncFunctionDef) -> Attack:
    markers = [each for each in test.decorator_list if isinstance(each, ast.Call) and ast.unparse(each.func) == MARKER]
    where = f"{file.name}, line {test.lineno}: {test.name}"
    if len(markers) != 1:
        raise UnmarkedAttack(f"{where} has {len(markers)} markers; expected one, {FORM}")
    (marker,) = markers
    refused = [each.value for each in marker.keywords if each.arg == "refused"]
    texts = [_text(each) for each in (*marker.args, *refused)]
    if len(marker.args) != 1 or len(refused) != 1 or not all(texts):
        raise UnmarkedAttack(f"{where}: its marker is not complete; expected {FORM}, both of them plain texts")
    attempt, answer = texts
    return Attack(file.stem.removeprefix("test_"), _cell(attempt), _cell(answer), test.name, file.name)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _cell(text: str) -> str:
    first, rest = text[:1], text[1:]
    return f"{first.upper()}{rest}".replace("|", "\\|")
