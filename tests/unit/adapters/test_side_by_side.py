"""Checks that fail, hang and come back."""

from __future__ import annotations

from threading import Barrier, Event
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.adapters.side_by_side import SideBySide
from lambdas.core.health import CheckName, CheckState

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 0.2
LONG_SECONDS = 30.0
ALL = tuple(CheckName)


@pytest.fixture
def end() -> Iterator[Event]:
    """Set when the test is over, whatever came of it."""
    event = Event()
    yield event
    event.set()


def test_all_are_begun_at_once_when_they_run() -> None:
    # None passes the barrier before all have come to it.
    together = Barrier(len(ALL), timeout=LONG_SECONDS)
    results = SideBySide(dict.fromkeys(ALL, together.wait), LONG_SECONDS).run()
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(ALL, CheckState.OK)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "arn:aws:iam::1:role/x"}}, "Op"), "AccessDenied"),
        (EndpointConnectionError(endpoint_url="https://sqs.eu-west-1.amazonaws.com"), "EndpointConnectionError"),
        (ConnectionError("db.example.com"), "ConnectionError"),
    ],
)
def test_the_kind_of_an_error_is_told_and_not_its_words_when_a_check_fails(error: Exception, kind: str) -> None:
    def fail() -> None:
        raise error

    results = SideBySide({CheckName.QUEUE: fail, CheckName.STORE: lambda: None}, LONG_SECONDS).run()
    failed = results[CheckName.QUEUE]
    assert (failed.state, failed.error) == (CheckState.FAILED, kind)
    assert results[CheckName.STORE].state is CheckState.OK


def test_one_is_late_and_the_others_are_not_held_up_when_it_hangs(end: Event) -> None:
    checks = SideBySide({CheckName.LEDGER: end.wait, CheckName.KEYS: lambda: None}, SECONDS)
    for _ in range(3):
        began = perf_counter()
        results = checks.run()
        assert perf_counter() - began < 2 * SECONDS
        late = results[CheckName.LEDGER]
        assert (late.state, late.error) == (CheckState.LATE, None)
        assert SECONDS * 1000 <= late.duration_ms < 2 * SECONDS * 1000
        assert results[CheckName.KEYS].state is CheckState.OK


def test_a_check_is_not_begun_beside_itself_when_it_still_hangs(end: Event) -> None:
    begun = []

    def hang() -> None:
        begun.append(1)
        end.wait()

    checks = SideBySide({CheckName.LEDGER: hang}, SECONDS)
    for _ in range(3):
        assert checks.run()[CheckName.LEDGER].state is CheckState.LATE
    assert len(begun) == 1
    end.set()
    # What was taken back while it hung is not made up for.
    assert checks.run()[CheckName.LEDGER].state is CheckState.OK
    assert len(begun) == 2
