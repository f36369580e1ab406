"""What is missing, there twice, and how late, from what two streams hold."""

from __future__ import annotations

import pytest

from simulations.operations.errors import StreamUnreachable
from simulations.operations.event_streams import StreamedEvent, compare, read_streams

HERE, THERE = "eu-west-1", "eu-west-2"


def event(stream: str, event_id: str, lag_ms: float = 1.0, origin: str = HERE) -> StreamedEvent:
    return StreamedEvent(stream, event_id, event_id.partition(":")[0], origin, "ACSC", lag_ms)


def test_streams_are_complete_when_each_holds_everything_once() -> None:
    report = compare({HERE: [event(HERE, "a:ACSC", 10)], THERE: [event(THERE, "a:ACSC", 30)]})
    assert report.complete
    assert report.counts == {HERE: 1, THERE: 1}
    assert report.lags_ms == {(HERE, HERE): (10,), (THERE, HERE): (30,)}


def test_an_event_is_missing_where_only_the_other_stream_holds_it() -> None:
    report = compare({HERE: [event(HERE, "a:ACSC"), event(HERE, "b:ACSC")], THERE: [event(THERE, "b:ACSC")]})
    assert not report.complete
    assert report.missing == {HERE: (), THERE: ("a:ACSC",)}


def test_an_event_is_missing_in_both_when_it_was_expected_and_neither_holds_it() -> None:
    assert compare({HERE: [], THERE: []}, ["a:ACSC"]).missing == {HERE: ("a:ACSC",), THERE: ("a:ACSC",)}


def test_an_event_is_duplicated_and_timed_by_its_first_record_when_a_stream_holds_it_twice() -> None:
    report = compare({HERE: [event(HERE, "a:ACSC", 5), event(HERE, "a:ACSC", 500)]})
    assert not report.complete
    assert report.duplicated == {HERE: ("a:ACSC",)}
    assert report.lags_ms == {(HERE, HERE): (5,)}


def test_what_to_do_is_said_when_a_deployment_tells_of_no_stream() -> None:
    with pytest.raises(StreamUnreachable, match=r"eu-west-1: the deployment tells of no event stream; .* twinrail up"):
        read_streams({HERE: {"region": HERE}})
