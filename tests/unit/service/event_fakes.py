"""Two Regions' queues and streams, in memory, and what carries events between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from lambdas.core.events import PaymentEvent
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.messages import Notification
from lambdas.service.ports import Claim, StreamUnavailable
from lambdas.service.publish_event import Lag, PublishEvent, PublishingOutcome
from lambdas.service.sync_event import SyncEvent, SyncingOutcome
from tests.unit.service.fakes import OTHER_REGION, PARTICIPANT, REGION, START, TRANSACTION_ID, Power, TickingClock

Outcome = TypeVar("Outcome")
CLAIM = timedelta(seconds=75)


def notification(transaction_id: str = TRANSACTION_ID, region: str = REGION) -> Notification:
    return Notification(transaction_id, TransactionStatus.ACSC, region, PARTICIPANT, START)


@dataclass
class FakeStream:
    """Every event, in order. down: it takes none. meanwhile: what happens before it has taken the next one."""

    power: Power = field(default_factory=Power)
    events: list[PaymentEvent] = field(default_factory=list)
    down: bool = False
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def publish(self, event: PaymentEvent) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        if self.down:
            raise StreamUnavailable
        self.power.before()
        self.events.append(event)
        self.power.after()


@dataclass
class FakePublished:
    """Ids, each with when it was noted, and until when it is claimed."""

    power: Power = field(default_factory=Power)
    noted: dict[str, datetime] = field(default_factory=dict)
    claimed: dict[str, datetime] = field(default_factory=dict)

    def claim(self, event_id: str, at: datetime) -> Claim:
        if event_id in self.noted:
            return Claim.PUBLISHED
        if self.claimed.get(event_id, at) > at:
            return Claim.TAKEN
        self.claimed[event_id] = at + CLAIM
        return Claim.GIVEN

    def give_up(self, event_id: str, at: datetime) -> None:
        del self.claimed[event_id], at

    def note(self, event_id: str, at: datetime) -> None:
        self.power.before()
        self.noted[event_id] = at
        self.power.after()


@dataclass
class FakeOpposite:
    """The bodies that lie in the opposite Region's queue. gone: that Region takes none."""

    queue: deque[str]
    gone: bool = False

    def send(self, event: PaymentEvent) -> None:
        if self.gone:
            raise ConnectionError
        self.queue.append(event.to_json())


class EventRegion:
    """The two queues of a Region, the two use cases that they feed, and its stream."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.power = Power()
        self.payment_events: deque[str] = deque()
        self.syncing: deque[str] = deque()
        self.stream = FakeStream(self.power)
        self.published = FakePublished(self.power)
        self.opposite = FakeOpposite(deque())
        self.lags: list[Lag] = []

    def tell(self, transaction_id: str = TRANSACTION_ID) -> None:
        """As the topic does: to both queues, in the notification's own form."""
        body = notification(transaction_id, self.region).to_json()
        self.payment_events.append(body)
        self.syncing.append(body)

    def publish_next(self, *, later: timedelta = timedelta()) -> PublishingOutcome:
        use_case = PublishEvent(self.stream, self.published, TickingClock(START + later), self.lags.append)
        return self._take(self.payment_events, use_case)

    def sync_next(self) -> SyncingOutcome:
        return self._take(self.syncing, SyncEvent(self.opposite, self.region))

    def work_off(self) -> None:
        while self.syncing:
            self.sync_next()
        while self.payment_events:
            self.publish_next()

    def ids(self) -> list[str]:
        return [event.event_id for event in self.stream.events]

    def _take(self, queue: deque[str], act: Callable[[PaymentEvent], Outcome]) -> Outcome:
        outcome = act(PaymentEvent.from_json(queue[0], self.region))
        queue.popleft()
        return outcome


def two_regions() -> tuple[EventRegion, EventRegion]:
    here, there = EventRegion(REGION), EventRegion(OTHER_REGION)
    here.opposite.queue, there.opposite.queue = there.payment_events, here.payment_events
    return here, there
