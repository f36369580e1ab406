"""The lines that say why a grant needs no call."""

from __future__ import annotations

import pytest

from simulations.permissions.comparison import Grant
from simulations.permissions.unseen import UnusableLine, read_lines, unseen_grants

LINE: dict[str, object] = {"functions": ["timeout"], "action": "sns:Publish", "because": "a retry"}


def test_every_line_gives_a_reason_when_the_projects_own_are_read() -> None:
    assert all(len(line.because) > 20 for line in unseen_grants())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"because": " "}, "because"),
        ({"functions": []}, "functions"),
        ({"functions": "timeout"}, "functions"),
        ({"reason": "x"}, "expected action, because, functions"),
    ],
)
def test_a_line_is_refused_when_it_does_not_say_what_it_must(change: dict[str, object], named: str) -> None:
    with pytest.raises(UnusableLine, match=named):
        read_lines({"unseen": [LINE | change]})


@pytest.mark.parametrize("missing", sorted(LINE))
def test_a_line_is_refused_when_something_is_missing(missing: str) -> None:
    with pytest.raises(UnusableLine, match="line 1"):
        read_lines({"unseen": [{name: value for name, value in LINE.items() if name != missing}]})


def test_the_document_is_refused_when_it_has_no_list() -> None:
    with pytest.raises(UnusableLine, match="a list"):
        read_lines({"unseen": LINE})


def test_only_the_named_function_is_meant_when_a_line_names_one() -> None:
    (line,) = read_lines({"unseen": [LINE]})
    assert line.explains(Grant("timeout", "sns:Publish", "arn:t", through_service=False))
    assert not line.explains(Grant("recover", "sns:Publish", "arn:t", through_service=False))
    assert not line.explains(Grant("timeout", "sns:Publish", "arn:t", through_service=True))
