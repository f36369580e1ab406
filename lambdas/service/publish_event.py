"""From the queue of payment events: publish an event to the Region's own stream, and note that it holds it."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.core.events import PaymentEvent
from lambdas.service.outcome import Outcome
from lambdas.service.ports import Claim, Clock, EventStream, PublishedEvents, StreamUnavailable


class BeingPublished(Exception):
    """Another invocation publishes the event at this moment, or died in doing so: to be looked at again."""


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

        Claimed first, for two copies of an event come at one moment; noted after, not before: whoever dies in between
        publishes it once more, and loses nothing.
        """
        claim = self.published.claim(event.event_id, self.clock.now())
        if claim is Claim.PUBLISHED:
            return PublishingOutcome.REPEATED
        if claim is Claim.TAKEN:
            raise BeingPublished
        try:
            self.stream.publish(event)
        except StreamUnavailable:
            self.published.give_up(event.event_id, self.clock.now())
            raise
        now = self.clock.now()
        self.published.note(event.event_id, now)
        self.measured(Lag(event, round((now - event.notification.at).total_seconds() * 1000)))
        return PublishingOutcome.PUBLISHED
