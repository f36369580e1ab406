"""Takeovers on record: which Region was taken over, and which transactions, a page at a time.

A takeover is the one thing audited that must not wait for its record: payments do. What happened is noted while a tick
works, and put on record when its work is done. What the chain does not take is owed: kept, and tried again after every
later tick. Should the function's process die before, the log has what was done, and each transaction its takeovers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.deadlines import Tick
from lambdas.core.documents import instant_text
from lambdas.core.recovery import RegionRecord
from lambdas.service.ports import AuditTrail, AuditUnavailable, Clock
from lambdas.service.sweep_overdue import Swept
from lambdas.service.takeover_outcome import TakeoverOutcome

PAGE = 50
"""Transactions named in one record: some 2 kB."""
OWED_AT_MOST = 2_000
"""Events kept for a chain that takes none: those of 100,000 transactions."""
_TAKEN = frozenset(
    {TakeoverOutcome.REDRIVEN, TakeoverOutcome.AWAITS_MESSAGE, TakeoverOutcome.CANCELLED, TakeoverOutcome.SETTLED}
)


@dataclass(slots=True)
class AuditTakeovers:
    """Notes of one process. owe: told how many events the chain did not take."""

    trail: AuditTrail
    clock: Clock
    owe: Callable[[int], None]
    region: str
    owed: list[AuditEvent] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def led(self, record: RegionRecord) -> None:
        """The lead was taken for a lost Region."""
        self._add(
            lost=record.region,
            generation=str(record.generation),
            since=instant_text(record.since),
            last_heard=instant_text(record.beat.at),
        )

    def note(self, act: Callable[[str], TakeoverOutcome], transaction_id: str) -> TakeoverOutcome:
        """Act on a transaction, and note it where that took it over."""
        outcome = act(transaction_id)
        if outcome in _TAKEN:
            self.taken.append(transaction_id)
        return outcome

    def settle(self, time_is_left: Callable[[], bool]) -> None:
        """Put on record what was noted, while time is left. Never raises: nothing of this may stop a takeover."""
        for start in range(0, len(self.taken), PAGE):
            self._add(transactions=" ".join(self.taken[start : start + PAGE]))
        self.taken.clear()
        try:
            while self.owed and time_is_left():
                self.trail.append(self.owed[0])
                del self.owed[0]
        except AuditUnavailable:
            pass
        if self.owed:
            self.owe(len(self.owed))

    def _add(self, **details: str) -> None:
        self.owed.append(AuditEvent(AuditAction.TAKEOVER, self.clock.now(), f"recover/{self.region}", details))
        del self.owed[:-OWED_AT_MOST]


def audited(
    sweep: Callable[[Tick, Callable[[], bool]], Swept], audit: AuditTakeovers
) -> Callable[[Tick, Callable[[], bool]], Swept]:
    """A tick's sweep, and its record when it is done, or has failed."""

    def swept(tick: Tick, time_is_left: Callable[[], bool]) -> Swept:
        try:
            return sweep(tick, time_is_left)
        finally:
            audit.settle(time_is_left)

    return swept
