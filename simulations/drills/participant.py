"""What a participant does with one payment, whatever the hub answers: open, hand over, look; again if no answer came.

A state without threads or clock: whoever makes the calls tells it what came of each, and asks what is next and when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simulations.traffic.client import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_LOOK_SECONDS = 2.0
SHORTEST_SECONDS = 0.5
LONGEST_SECONDS = 3.0
"""How long a participant waits before it makes a call again that failed: twice as long each time, up to this."""
LONGEST_LOOK_SECONDS = 20.0
"""The same for looks, which tell nothing new while much is waiting: those who look must not be what it waits for."""
CONTENT_AFTER_SECONDS = 6.0
"""How long a message that is to be in both Regions may wait for that, before its client is content with one."""
CONTENT_FOR_SECONDS = 30.0
"""For how long a client that has waited in vain asks for one copy with its other messages too."""
BOTH, ONE = "both", "available"


class Call(StrEnum):
    """The next call to the hub."""

    OPEN = "open"
    SUBMIT = "submit"
    LOOK = "look"
    SUBMIT_TO_OWNER = "submit to the owner"
    """By the Region's own name: what a Region opens that is back and not yet led to, only it takes the message of."""


@dataclass(slots=True)
class Client:
    """Who makes many payments, and remembers until when it is content with one copy of a message.

    usual_seconds: how long its last payment took from being taken to its end; it does not look much earlier after the
    next one. With hundreds of payments waiting, their looks would be most of what the hub has to do.
    """

    content_until: float = 0.0
    usual_seconds: float = FIRST_LOOK_SECONDS

    def took(self, seconds: float) -> None:
        """A payment took this long."""
        self.usual_seconds = min(max(seconds, FIRST_LOOK_SECONDS), LONGEST_LOOK_SECONDS)


@dataclass(frozen=True, slots=True)
class Wish:
    """A payment to be made. home: the Region that its client sits in. due_at: when, in epoch seconds.

    on_failover, consistency: what the client chooses, as the hub's headers say it.
    """

    number: int
    home: str
    on_failover: str
    consistency: str
    due_at: float
    body: bytes = field(repr=False)
    spread: float = 1.0
    """By which factor this client's waits differ from others': not all come back at once."""
    client: Client = field(default_factory=Client, compare=False)


@dataclass(slots=True)
class Dealing:
    """One payment and all that its client was told of it. Times are epoch seconds; `due_at`: of its next call.

    sent: by Region, when the hub took the message there first (202). content_at: since when its client is content with
    one copy though it had asked for both; then it is sent until it is taken. unanswered: when a call got no answer, or
    that the hub is impaired. refusal: why the hub refused a call that was none of its troubles; that is the end.
    """

    wish: Wish
    due_at: float
    transaction_id: str | None = None
    opened_in: str | None = None
    requested_at: float | None = None
    opened_at: float | None = None
    taken_at: float | None = None
    sent: dict[str, float] = field(default_factory=dict)
    content_at: float | None = None
    owner: str | None = None
    view: Mapping[str, Any] | None = None
    unanswered: list[float] = field(default_factory=list)
    refusal: str | None = None
    _pause_seconds: float = SHORTEST_SECONDS
    _ask_owner: bool = False

    @classmethod
    def of(cls, wish: Wish) -> Dealing:
        """Before its first call."""
        return cls(wish, wish.due_at)

    @property
    def status(self) -> str | None:
        """The transaction's status as its client last saw it; None before it is opened."""
        if self.transaction_id is None:
            return None
        return "ACCP" if self.view is None else str(self.view["status"])

    @property
    def untouched(self) -> bool:
        """Whether no call has been made for it."""
        return self.requested_at is None

    @property
    def over(self) -> bool:
        """Whether the client has seen the end, or was refused."""
        return self.refusal is not None or self.status in TERMINAL

    @property
    def consistency(self) -> str:
        """What its client asks for now."""
        return self.wish.consistency if self.content_at is None else ONE

    def next_call(self, region: str, now: float) -> Call:
        """What to ask of the hub in this Region, which is where the name leads now.

        A message goes to the Region that owns its transaction, once to each: what a lost Region had taken it may never
        work off, and the other one must have it again. What another Region owns is looked at until that changes, and in
        between that Region is tried by its own name.
        A client that had asked for both Regions is content with one when its message has waited for that, and is then
        sent once more; when its transaction was taken from a Region that is lost; and for a while after either.
        """
        if self.transaction_id is None:
            return Call.OPEN
        if self.status != "ACCP":
            return Call.LOOK
        if region != self.owner:
            return Call.SUBMIT_TO_OWNER if self._ask_owner and self.owner not in self.sent else Call.LOOK
        sent_at = self.sent.get(region)
        tired = sent_at is not None and now - sent_at >= CONTENT_AFTER_SECONDS
        if self.consistency == BOTH and (tired or region != self.opened_in):
            self.wish.client.content_until = now + CONTENT_FOR_SECONDS
        if self.consistency == BOTH and now < self.wish.client.content_until and (tired or sent_at is None):
            self.content_at = now
            self.sent.pop(region, None)
        return Call.LOOK if region in self.sent else Call.SUBMIT

    def opened(self, transaction_id: str, region: str, now: float) -> None:
        """The hub has given the transaction its id."""
        self.transaction_id, self.opened_in, self.owner, self.opened_at = transaction_id, region, region, now
        self._wait(now, 0.0)

    def taken(self, region: str, now: float) -> None:
        """The hub has taken the message."""
        self.sent.setdefault(region, now)
        self.taken_at = self.taken_at or now
        patience = CONTENT_AFTER_SECONDS if self.consistency == BOTH else LONGEST_LOOK_SECONDS
        self._wait(now, min(self.wish.client.usual_seconds, patience))
        self._pause_seconds = FIRST_LOOK_SECONDS

    def looked(self, view: Mapping[str, Any], now: float) -> None:
        """The hub has shown the transaction."""
        moved = self.owner != view["owner_region"]
        self.view, self.owner, self._ask_owner = view, str(view["owner_region"]), not moved
        if self.over and self.taken_at is not None:
            ended_at = datetime.fromisoformat(view["history"][-1]["at"]).timestamp()
            self.wish.client.took(ended_at - self.taken_at)
        if moved:
            self._wait(now, 0.0)
        else:
            self._wait_longer(now, LONGEST_LOOK_SECONDS)

    def failed(self, now: float) -> None:
        """No answer, or one that says the hub cannot: the same call again after a while."""
        self.unanswered.append(now)
        self._wait_longer(now)

    def owner_failed(self, now: float) -> None:
        """The owner did not answer by its own name; that says nothing of the service that the global name leads to."""
        self._ask_owner = False
        self._wait_longer(now)

    def refused(self, why: str) -> None:
        """The hub refused a call for good."""
        self.refusal = why

    def _wait(self, now: float, seconds: float) -> None:
        self._pause_seconds = SHORTEST_SECONDS
        self.due_at = now + seconds

    def _wait_longer(self, now: float, longest: float = LONGEST_SECONDS) -> None:
        pause = min(self._pause_seconds, longest)
        self.due_at = now + pause * self.wish.spread
        self._pause_seconds = 2 * pause
