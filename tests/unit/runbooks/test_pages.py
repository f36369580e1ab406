"""A runbook is read at night: each command in it must be one that there is, and each link lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.runbooks.pages import RUNBOOKS, NoSuchCommand, aws_commands, pages, read_aws, steps

COMMANDS = [(page.stem, command) for page in pages() for command in aws_commands(page)]
HEADINGS = ("Look", "How to know that it worked")


def _id(value: str) -> str:
    return " ".join(value.split()[1:3])


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=_id)
def test_a_command_is_one_that_the_aws_cli_takes(page: str, command: str) -> None:
    call = read_aws(command)
    assert call.region in {"eu-west-1", "eu-west-2"}, page


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("aws dynamo scan --region eu-west-1", "no service dynamo"),
        ("aws dynamodb skan --region eu-west-1 --table-name t", "dynamodb has no skan"),
        ("aws dynamodb scan --region eu-west-1 --table t", "scan has no --table"),
        ("aws dynamodb scan --table-name t", "no --region"),
        ("aws dynamodb get-item --region eu-west-1 --table-name t", "Missing required parameter"),
        ("aws dynamodb get-item --region eu-west-1 --table-name t --key '{\"id\": 1}'", "Invalid type for parameter"),
    ],
)
def test_a_command_is_refused_when_the_aws_cli_would_refuse_it(command: str, problem: str) -> None:
    with pytest.raises(NoSuchCommand, match=problem):
        read_aws(command)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_links_lead_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (RUNBOOKS / link).exists(), link


@pytest.mark.parametrize("page", [page for page in pages() if page.stem != "README"], ids=lambda page: page.stem)
def test_a_runbook_says_whom_it_affects_what_to_look_at_and_how_to_know_that_it_worked(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "**Whom it affects.**" in text
    assert all(f"\n## {each}\n" in text for each in HEADINGS)
    assert steps(page)
    assert f"({page.name})" in (RUNBOOKS / "README.md").read_text(encoding="utf-8")
