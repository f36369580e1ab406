"""docs/attacks.md lists every test of tests/attacks, and a test that says too little about itself is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.docs.attacks import UnmarkedAttack, attack_table, attacks_in

ATTACKS = Path(__file__).parents[1] / "attacks"
LEAST = 100
"""Only ever raised: an attempt that was refused once stays one that is tried."""

MARKED = '@pytest.mark.attack("{}", refused="{}")\n@pytest.mark.parametrize("x", [1])\ndef test_{}(x): pass\n'


def write(directory: Path, text: str, name: str = "test_api.py") -> Path:
    (directory / name).write_text(text, encoding="utf-8")
    return directory


def test_every_attack_is_marked_and_there_are_enough() -> None:
    rows = attacks_in(ATTACKS)
    assert len(rows) >= LEAST
    assert len({row.attempt for row in rows}) == len(rows)


def test_rows_stand_under_what_they_attack_when_a_table_is_made(tmp_path: Path) -> None:
    write(tmp_path, MARKED.format("a foreign token", "401", "one") + MARKED.format("a|b", "400", "two"))
    write(tmp_path, MARKED.format("an edited chain", "named by verify", "three"), "test_audit.py")
    lines = attack_table(tmp_path).splitlines()
    assert "| A foreign token | 401 | [`test_one`](../tests/attacks/test_api.py) |" in lines
    assert "| A\\|b | 400 | [`test_two`](../tests/attacks/test_api.py) |" in lines
    audit = lines[lines.index("## Audit") :]
    assert [line for line in audit if "tests/attacks/" in line] == [
        "| An edited chain | Named by verify | [`test_three`](../tests/attacks/test_audit.py) |"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "def test_one(): pass\n",
        "class TestIt:\n    def test_one(self): pass\n",
        '@pytest.mark.attack("tried")\ndef test_one(): pass\n',
        '@pytest.mark.attack(refused="401")\ndef test_one(): pass\n',
        '@pytest.mark.attack("", refused="401")\ndef test_one(): pass\n',
        '@pytest.mark.attack(WHAT, refused="401")\ndef test_one(): pass\n',
        '@pytest.mark.attack("a", refused="401")\n@pytest.mark.attack("b", refused="401")\ndef test_one(): pass\n',
    ],
)
def test_refused_with_the_form_when_a_test_is_not_marked_as_it_should_be(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnmarkedAttack, match=r"test_api\.py, line \d+: test_one.*expected.*pytest\.mark\.attack"):
        attacks_in(write(tmp_path, text))
