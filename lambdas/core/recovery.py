"""Whether the opposite Region is there: what is seen of it, when it counts as gone, and when it is believed again.

Regions see each other in one place, the leadership table: a beat in it went through a quorum of both Regions and the
witness. A Region that cannot write there is cut off, whoever else may see it; one that can is alive, whoever does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lambdas.core.documents import Fields, JsonValue, instant_text
from lambdas.core.health import CheckName, RegionHealth
from lambdas.core.transaction import Transaction

FAN_OUT_SECONDS = 120
"""How far the looks of one firing reach: the schedule fires once a minute, within a minute of its time."""
_EARLY = 1 / 3
"""By which part of the time between two looks one may come early and count: queues are not on the second."""
_OVERDUE = timedelta(minutes=1)
"""For how long past its deadline a transaction may be left open by a Region that works."""


class Sighting(StrEnum):
    """What one look at the opposite Region found."""

    WELL = "well"
    ILL = "ill"
    """By its own word: it lives, and cannot carry payments."""
    SILENT = "silent"
    """It has not written with a quorum for too long."""


class WatchState(StrEnum):
    """What one Region thinks of the other."""

    TRUSTED = "trusted"
    DOUBTED = "doubted"
    GONE = "gone"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many looks in a row must fail before a Region is gone, and succeed before it is believed again.

    look_seconds: the time between two looks, and between two beats. silent_seconds: how old a beat may be.
    longest_seconds: how rarely a Region that is gone is looked at in the end.
    """

    look_seconds: int
    failures: int
    successes: int
    silent_seconds: int
    longest_seconds: int


@dataclass(frozen=True, slots=True)
class Watch:
    """The state, and how many looks in a row led to it. looked_at: when the last one counted; None before the first."""

    state: WatchState = WatchState.TRUSTED
    looks: int = 0
    looked_at: datetime | None = None

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        at = None if self.looked_at is None else instant_text(self.looked_at)
        return {"state": self.state, "looks": self.looks, "looked_at": at}

    @classmethod
    def read(cls, fields: Fields | None) -> "Watch":
        """From its JSON form; raises MalformedDocument."""
        if fields is None:
            return cls()
        at = None if fields.values.get("looked_at") is None else fields.instant("looked_at")
        return cls(fields.choice("state", WatchState), fields.whole_number("looks"), at)


_FAILING, _WELL = (Sighting.ILL, Sighting.SILENT), (Sighting.WELL,)
TRANSITIONS: Mapping[tuple[WatchState, Sighting], WatchState] = MappingProxyType(
    {(WatchState.TRUSTED, each): WatchState.DOUBTED for each in _FAILING}
    | {(WatchState.DOUBTED, each): WatchState.DOUBTED for each in _FAILING}
    | {(WatchState.GONE, each): WatchState.GONE for each in _FAILING}
    | {(WatchState.RETURNING, each): WatchState.GONE for each in _FAILING}
    | {(WatchState.TRUSTED, each): WatchState.TRUSTED for each in _WELL}
    | {(WatchState.DOUBTED, each): WatchState.TRUSTED for each in _WELL}
    | {(WatchState.GONE, each): WatchState.RETURNING for each in _WELL}
    | {(WatchState.RETURNING, each): WatchState.RETURNING for each in _WELL}
)
"""What one look leads to; enough of them in a row lead from DOUBTED to GONE, and from RETURNING to TRUSTED."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A Region's own word: when it last wrote with a quorum, and what of it did not answer as it should then."""

    at: datetime
    impaired: tuple[CheckName, ...] = ()

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {"at": instant_text(self.at), "impaired": list(self.impaired)}

    @classmethod
    def of(cls, health: RegionHealth, at: datetime) -> "Beat":
        """What a Region says of itself."""
        return cls(at, health.impaired)

    @classmethod
    def read(cls, fields: Fields) -> "Beat":
        """From its JSON form; raises MalformedDocument. What is impaired need not be known by name here."""
        known = {name.value: name for name in CheckName}
        return cls(fields.instant("at"), tuple(known.get(each, CheckName.TABLE) for each in fields.texts("impaired")))


class Leadership(StrEnum):
    """Whether a Region carries its own transactions."""

    ACTIVE = "active"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class RegionRecord:
    """What all know of a Region. leader: who carries its transactions; generation: raised by every change of that.

    watch: what this Region thinks of the opposite one. It is kept here because a function remembers nothing.
    """

    region: str
    beat: Beat
    state: Leadership
    leader: str
    generation: int
    since: datetime
    watch: Watch = Watch()

    def document(self) -> dict[str, JsonValue]:
        """JSON form: the whole item."""
        return {
            "region": self.region,
            "beat": self.beat.document(),
            "state": self.state,
            "leader": self.leader,
            "generation": self.generation,
            "since": instant_text(self.since),
            "watch": self.watch.document(),
        }

    @classmethod
    def read(cls, fields: Fields) -> "RegionRecord":
        """From its JSON form; raises MalformedDocument."""
        return cls(
            fields.text("region"),
            Beat.read(fields.section("beat")),
            fields.choice("state", Leadership),
            fields.text("leader"),
            fields.whole_number("generation"),
            fields.instant("since"),
            Watch.read(fields.section_or_none("watch")),
        )

    @classmethod
    def first(cls, region: str, beat: Beat) -> "RegionRecord":
        """Of a Region that is heard of for the first time: it leads itself."""
        return cls(region, beat, Leadership.ACTIVE, region, 1, beat.at)

    def taken_by(self, leader: str, at: datetime) -> "RegionRecord":
        """Lost, as of `at`."""
        return replace(self, state=Leadership.LOST, leader=leader, generation=self.generation + 1, since=at)

    def led_by(self, region: str) -> bool:
        """Whether it is lost and that Region carries its transactions."""
        return self.state is Leadership.LOST and self.leader == region


def sighting_of(beat: Beat, now: datetime, patience: Patience) -> Sighting:
    """What a Region's last beat says of it now."""
    if now - beat.at > timedelta(seconds=patience.silent_seconds):
        return Sighting.SILENT
    return Sighting.ILL if beat.impaired else Sighting.WELL


def looked(watch: Watch, sighting: Sighting, now: datetime, patience: Patience) -> Watch:
    """The watch after one look; the same where it is too early for the next to count, so that ticks may come twice."""
    early = timedelta(seconds=patience.look_seconds * _EARLY)
    if watch.looked_at is not None and now - watch.looked_at < _interval(watch, patience) - early:
        return watch
    state = TRANSITIONS[(watch.state, sighting)]
    looks = watch.looks + 1 if state is watch.state else 1
    if state is WatchState.DOUBTED and looks >= patience.failures:
        return Watch(WatchState.GONE, 1, now)
    if state is WatchState.RETURNING and looks >= patience.successes:
        return Watch(WatchState.TRUSTED, 1, now)
    return Watch(state, looks, now)


def must_lead(other: RegionRecord, own: RegionRecord, patience: Patience) -> bool:
    """Whether this Region, which has just beaten, is to take the lead for the other one.

    Never where it is itself lost, or cannot carry payments. Nor where the other is well, whatever was thought of it at
    the last look that counted: that may be a minute ago, and a person has given it its own back since. Once more where
    this one leads already and the other has been heard of since: what was opened there in between has nobody else.
    """
    if own.watch.state is not WatchState.GONE or own.state is Leadership.LOST or own.beat.impaired:
        return False
    if sighting_of(other.beat, own.beat.at, patience) is Sighting.WELL:
        return False
    return other.state is Leadership.ACTIVE or (other.led_by(own.region) and other.beat.at > other.since)


def may_be_taken(transaction: Transaction, lost: RegionRecord, now: datetime) -> bool:
    """Whether a lost Region's transaction goes to the leader: what is newer than the loss is its own, once it is back.

    Unless it is left open there past its deadline, and by more than a Region that works would leave it.
    """
    if transaction.owner_region != lost.region:
        return False
    return transaction.created_at <= lost.since or transaction.deadline + _OVERDUE < now


def _interval(watch: Watch, patience: Patience) -> timedelta:
    """Longer and longer while a Region stays gone: nothing depends on the next look at it, but its return."""
    doubled = patience.look_seconds * (2 ** min(watch.looks - 1, 8) if watch.state is WatchState.GONE else 1)
    return timedelta(seconds=min(doubled, max(patience.longest_seconds, patience.look_seconds)))
