"""From the syncing queue: an event of this Region to the opposite Region's queue of payment events."""

from dataclasses import dataclass

from lambdas.core.events import PaymentEvent
from lambdas.service.outcome import Outcome
from lambdas.service.ports import OppositeQueue


class SyncingOutcome(Outcome):
    """What became of an event."""

    SENT = "sent"
    REFUSED_ORIGIN = "refused_of_another_region"


@dataclass(frozen=True, slots=True)
class SyncEvent:
    """The use case, in one Region."""

    opposite: OppositeQueue
    region: str

    def __call__(self, event: PaymentEvent) -> SyncingOutcome:
        """Take one event. What the opposite Region sent here never goes back: nothing can go round."""
        if event.origin != self.region:
            return SyncingOutcome.REFUSED_ORIGIN
        self.opposite.send(event)
        return SyncingOutcome.SENT
