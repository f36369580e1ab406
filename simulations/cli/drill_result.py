"""What came of a drill, as it is shown to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulations.cli.console import print_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.drills.result import Result


def print_result(result: Result) -> None:
    """Recovery with its parts, the counts, how long payments took, the events, and what speaks against the drill."""
    document = result.document()
    _print_recovery(document["recovery"])
    print_line("payments")
    for name, count in document["counts"].items():
        print_line(f"  {name.replace('_', ' '):<17} {count}")
    for phase, took in document["payment_times"].items():
        print_line(
            f"{took['payments']} payments {phase}: half ended within {took['p50_ms'] / 1000:.1f} s, 95 % within "
            f"{took['p95_ms'] / 1000:.1f} s"
        )
    _print_events(document["events"])
    for complaint in document["complaints"]:
        print_line(f"AGAINST IT  {complaint}")
    print_line(f"{document['drill']} {document['region']}: {'passed' if document['passed'] else 'FAILED'}")
    for command in document["commands"]:
        print_line(f"again: {command}")


def _print_recovery(recovery: Mapping[str, Any]) -> None:
    if recovery["allowed_seconds"] is not None:
        took = "never" if recovery["seconds"] is None else f"{recovery['seconds']:.1f} s"
        print_line(f"recovery {took}, at most {recovery['allowed_seconds']:g} s are allowed")
    for part in recovery["parts"]:
        if part["seconds"] is not None:
            print_line(f"  {part['name']:<10} {part['seconds']:6.1f} s  {part['meaning']}")


def _print_events(events: Mapping[str, Any]) -> None:
    for region, missing in events["missing"].items():
        lag = events["lag_p95_ms"][region]
        print_line(
            f"events of {events['expected']} payments in the stream of {region}: {missing} missing, "
            f"{events['doubled'][region]} twice, lag {'unknown' if lag is None else f'{lag:.0f} ms'} (p95)"
        )
