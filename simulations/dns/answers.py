"""Which record Route 53 answers with: the rules of its latency and failover routing, and of health.

Route 53 Developer Guide, "How Amazon Route 53 chooses records when health checking is configured": what is not well is
left out, unless nothing is well; then it answers as if everything were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.dns.latency import latency_ms
from simulations.dns.zones import PRIMARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulations.dns.zones import Record


def answer(name: str, client_region: str, records: Iterable[Record], is_well: Callable[[str], bool]) -> Record | None:
    """The record that a client there gets for the name; None where there is no such name.

    is_well: of a health check by its id. Raises UnknownDistanceError for a client that is nowhere known.
    """
    named = [each for each in records if each.name == name]
    if not named:
        return None
    well = [each for each in named if each.health_check_id is None or is_well(each.health_check_id)]
    return min(well or named, key=lambda each: _preference(each, client_region))


def _preference(record: Record, client_region: str) -> tuple[int, str]:
    """Less is better. A group of records has one routing policy, so that these are never compared with each other."""
    order = 0
    if record.near is not None:
        order = latency_ms(client_region, record.near)
    elif record.standing is not None:
        order = 0 if record.standing == PRIMARY else 1
    return order, record.set_identifier or ""
