"""The state of health checks: what was found how often in a row, and when a state changed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.dns.zones import HealthCheck

CHANGES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A check's state changed. Epoch seconds: when it did, and when the first look was that said so.

    `host` is what the check asks; of a switch, the Region that was taken out or put back.
    """

    check_id: str
    host: str
    well: bool
    at: float
    first_seen_at: float

    def document(self) -> dict[str, str | bool | float]:
        """JSON form."""
        return {
            "check_id": self.check_id,
            "host": self.host,
            "well": self.well,
            "at": self.at,
            "first_seen_at": self.first_seen_at,
        }


@dataclass(slots=True)
class _State:
    well: bool = True
    against: int = 0
    """Looks in a row that contradict the state."""
    first_seen_at: float = 0.0


class CheckStates:
    """Every check's state. One that was never looked at is well, as Route 53's are when they are made."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}
        self._switched_off: set[str] = set()
        self._changes: deque[HealthChange] = deque(maxlen=CHANGES_KEPT)

    def changes(self) -> tuple[HealthChange, ...]:
        """The last changes, in their order."""
        return tuple(self._changes)

    def saw(self, check: HealthCheck, *, well: bool) -> None:
        """One look at the endpoint. As many in a row as `failures` says change the state, in either direction."""
        state, now = self._states.setdefault(check.identity, _State()), self._clock()
        if well is state.well:
            state.against = 0
            return
        state.against += 1
        if state.against == 1:
            state.first_seen_at = now
        if state.against >= check.failures:
            self._changes.append(HealthChange(check.identity, check.host, well, now, state.first_seen_at))
            self._states[check.identity] = _State(well)

    def switch(self, check_id: str, region: str, *, on: bool) -> None:
        """Set what an operator holds: the state of a check that looks at nothing."""
        if on is (check_id not in self._switched_off):
            return
        (self._switched_off.discard if on else self._switched_off.add)(check_id)
        now = self._clock()
        self._changes.append(HealthChange(check_id, region, on, now, now))

    def is_well(self, check_id: str, checks: Mapping[str, HealthCheck]) -> bool:
        """A check's state. One that Route 53 does not have is a switch: well until it is switched off."""
        check = checks.get(check_id)
        if check is None:
            return check_id not in self._switched_off
        if check.calculated:
            return sum(self.is_well(child, checks) for child in check.children) >= check.threshold
        return self._states.get(check_id, _State()).well
