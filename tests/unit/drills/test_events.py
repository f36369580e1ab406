"""Events that a stream lacks, or has twice, are found; those of others do not matter."""

from dataclasses import replace

from simulations.drills.events import compared, expected_events
from simulations.operations.event_streams import StreamedEvent
from tests.unit.drills.dealings import HERE, THERE, opened, view

FIRST = StreamedEvent(HERE, "t0:ACSC", "t0", HERE, "ACSC", 20.0)
SECOND = replace(FIRST, event_id="t1:CANC", transaction_id="t1", status="CANC", lag_ms=40.0)
OTHERS = replace(FIRST, event_id="x:ACSC", transaction_id="x")
EXPECTED = frozenset({"t0:ACSC", "t1:CANC"})


def test_an_event_is_expected_when_the_client_has_seen_the_end() -> None:
    dealings = [opened(0), opened(1), opened(2)]
    dealings[0].looked(view("ACSC"), 101.0)
    dealings[1].looked(view("CANC"), 101.0)
    assert expected_events(dealings) == EXPECTED


def test_nothing_is_wrong_when_both_streams_have_everything_once() -> None:
    found = compared({HERE: [FIRST, SECOND, OTHERS, OTHERS], THERE: [SECOND, FIRST]}, EXPECTED)
    assert not any(found.wrong.values())
    assert found.expected == 2
    assert all(lag is not None and lag >= 20 for lag in found.lag_p95_ms.values())


def test_it_is_found_when_an_event_is_missing_or_comes_twice() -> None:
    found = compared({HERE: [FIRST, FIRST, SECOND], THERE: [SECOND]}, EXPECTED)
    assert {what: count for what, count in found.wrong.items() if count} == {
        f"twice in the stream of {HERE}": 1,
        f"missing in the stream of {THERE}": 1,
    }
    assert found.lag_p95_ms[THERE] is None
