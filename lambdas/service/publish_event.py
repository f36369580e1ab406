"""From the queue of payment events: publish an event to the Region's own stream, and note that it holds it."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.core.events import PaymentEvent
from lambdas.service.outcome import Outcome
from lambdas.service.ports import Clock, EventStream, PublishedEvents


class PublishingOutcome(Outcome):
    """What became of an event."""

    PUBLISHED = "published"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Lag:
    """How long after its transaction's end an event was in a Region's stream."""

    event: PaymentEvent
    lag_ms: int


@dataclass(frozen=True, slots=True)
class PublishEvent:
    """The use case, in one Region, for events of both. measured: told of each event that was published.

    It republishes nothing: an event that came from the opposite Region goes no further, whatever it says.
    """

    stream: EventStream
    published: PublishedEvents
    clock: Clock
    measured: Callable[[Lag], None]

    def __call__(self, event: PaymentEvent) -> PublishingOutcome:
        """Take one event. Safe to repeat; raises only what is worth a redelivery.

        Noted after, not before: whoever dies in between publishes it once more, and loses nothing.
        """
        if self.published.holds(event.event_id):
            return PublishingOutcome.REPEATED
        self.stream.publish(event)
        now = self.clock.now()
        self.published.note(event.event_id, now)
        self.measured(Lag(event, round((now - event.notification.at).total_seconds() * 1000)))
        return PublishingOutcome.PUBLISHED
