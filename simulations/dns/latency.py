"""How far Regions are from each other: a model, of the order of what is measured between them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_MS = 1
ROUND_TRIPS_MS: Mapping[frozenset[str], int] = MappingProxyType(
    {
        frozenset(pair): milliseconds
        for *pair, milliseconds in (
            ("eu-west-1", "eu-west-2", 12),
            ("eu-west-1", "eu-west-3", 18),
            ("eu-west-2", "eu-west-3", 9),
            ("eu-west-1", "eu-central-1", 25),
            ("eu-west-2", "eu-central-1", 16),
            ("eu-west-3", "eu-central-1", 10),
            ("eu-west-1", "us-east-1", 68),
            ("eu-west-2", "us-east-1", 76),
            ("eu-west-3", "us-east-1", 80),
            ("eu-central-1", "us-east-1", 92),
        )
    }
)


class UnknownDistanceError(ValueError):
    """A client is where nothing is known of; names the two Regions."""


def latency_ms(one: str, other: str) -> int:
    """A round trip from one Region to another.

    Raises UnknownDistanceError where the table has none.
    """
    if one == other:
        return OWN_MS
    found = ROUND_TRIPS_MS.get(frozenset((one, other)))
    if found is None:
        known = ", ".join(sorted({region for pair in ROUND_TRIPS_MS for region in pair}))
        raise UnknownDistanceError(f"the distance from {one} to {other} is not known; expected two of {known}")
    return found
