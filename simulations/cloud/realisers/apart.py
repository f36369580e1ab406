"""Tables of several parts put together, no key in two of them: nobody could say which holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = TypeVar("Value")


def apart(*parts: Mapping[str, Value]) -> dict[str, Value]:
    """The parts in one. Raises ValueError for keys that are in more than one."""
    twice = sorted(key for key, count in Counter(key for part in parts for key in part).items() if count > 1)
    if twice:
        raise ValueError(f"in more than one table: {', '.join(twice)}")
    return {key: value for part in parts for key, value in part.items()}
