"""Whether a drill was passed: nothing acknowledged is lost or done twice, the books agree, recovery is in time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from simulations.checkers.statuses import ENDINGS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulations.drills.fates import Fate
    from simulations.drills.participant import Dealing
    from simulations.drills.timeline import Recovery

OVERDUE = "AB03"
REDRIVE = "redrive"
SHOWN = 5
"""How many transactions a complaint names."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a drill is judged by.

    late_refused: by function, how often the lost Region tried to go on with what was taken from it, in vain.
    in_clear: by store, how many values of parties are to be read there. events: by what is wrong with them, how many
    are missing in a stream or there twice. broken_steps: activities of the experiment that failed. deviated: whether
    the steady state was missing, before or after.
    """

    dealings: Sequence[Dealing]
    fates: Mapping[str, Fate]
    doubled: Sequence[str] = ()
    mismatches: Sequence[str] = ()
    late_refused: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    in_clear: Mapping[str, int] = field(default_factory=dict)
    broken_steps: Sequence[str] = ()
    deviated: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked of a drill. recovery_seconds: None where nothing is to recover from. late_writes: whether the lost
    Region must have tried to go on, or the drill has shown nothing."""

    recovery_seconds: float | None = None
    late_writes: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many payments were what.

    acknowledged: opened (200), so that they must end. taken: their message was (202). durable: at ACTC or past it, so
    that no loss of one Region may lose them. one_copy: given up because their client was content with one copy, and
    that was in the lost Region. expired: valid, and rejected at the deadline without having been durable: the sender
    knows, no money has moved. content_with_one: sent again by clients that would wait no longer for both copies.
    failed_calls: of clients.
    """

    wanted: int = 0
    acknowledged: int = 0
    taken: int = 0
    durable: int = 0
    ended: int = 0
    settled: int = 0
    rejected: int = 0
    cancelled: int = 0
    taken_over: int = 0
    one_copy: int = 0
    expired: int = 0
    lost: int = 0
    doubled: int = 0
    unfinished: int = 0
    never_opened: int = 0
    content_with_one: int = 0
    failed_calls: int = 0
    late_refused: int = 0
    late_accepted: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The counts, and what speaks against the drill; it is passed when nothing does."""

    counts: Counts
    complaints: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all that is asked of the hub was so."""
        return not self.complaints

    def document(self) -> dict[str, object]:
        """JSON form."""
        return {"passed": self.passed, "counts": asdict(self.counts), "complaints": list(self.complaints)}


def judge(evidence: Evidence, limits: Limits, recovered: Recovery) -> Judgement:
    """Hold what happened against what is asked."""
    opened = [each for each in evidence.dealings if each.transaction_id is not None]
    fates = list(evidence.fates.values())
    counts = Counts(
        wanted=len(evidence.dealings),
        acknowledged=len(opened),
        taken=sum(each.taken_at is not None for each in opened),
        durable=sum(each.durable for each in fates),
        ended=sum(each.status in ENDINGS for each in fates),
        settled=sum(each.status is Status.ACSC for each in fates),
        rejected=sum(each.status is Status.RJCT for each in fates),
        cancelled=sum(each.status is Status.CANC for each in fates),
        taken_over=sum(bool(each.takeovers) for each in fates),
        one_copy=sum(map(_one_copy, fates)),
        expired=sum(_expired(each) for each in fates),
        lost=len(_lost(evidence, opened)),
        doubled=len(evidence.doubled),
        unfinished=sum(each.status not in ENDINGS for each in fates),
        never_opened=len(evidence.dealings) - len(opened),
        content_with_one=sum(each.content_at is not None for each in opened),
        failed_calls=sum(len(each.unanswered) for each in evidence.dealings),
        late_refused=sum(evidence.late_refused.values()),
        late_accepted=sum(len(each.late_steps) for each in fates),
    )
    return Judgement(counts, tuple(_complaints(evidence, limits, recovered, counts, opened)))


def _complaints(
    evidence: Evidence, limits: Limits, recovered: Recovery, counts: Counts, opened: Sequence[Dealing]
) -> Iterator[str]:
    fates = evidence.fates.values()
    yield from _named("lost", _lost(evidence, opened))
    yield from _named("settled more than once", evidence.doubled)
    yield from _named("valid, and rejected at the deadline", [each.transaction_id for each in fates if _expired(each)])
    yield from _named("not ended", [each.transaction_id for each in fates if each.status not in ENDINGS])
    yield from _named("moved by a Region that had lost it", [each.transaction_id for each in fates if each.late_steps])
    yield from _named(
        "cancelled although its client chose redrive", [each.transaction_id for each in fates if _against(each)]
    )
    yield from (f"does not agree: {each}" for each in evidence.mismatches)
    yield from (f"events {wrong}: {count}" for wrong, count in evidence.events.items() if count)
    yield from (f"in clear in {store}: {count} values" for store, count in evidence.in_clear.items())
    yield from (f"refused: payment {each.wish.number}: {each.refusal}" for each in evidence.dealings if each.refusal)
    yield from (f"a step of the experiment failed: {each}" for each in evidence.broken_steps)
    if evidence.deviated:
        yield "the steady state was not there before, or not again afterwards"
    if not opened:
        yield "no payment was opened: the drill has shown nothing"
    if limits.late_writes and not counts.late_refused:
        yield "the Region that came back tried nothing: that it is refused was not shown"
    if limits.recovery_seconds is not None:
        yield from _late(limits.recovery_seconds, recovered.seconds)


def _late(allowed: float, seconds: float | None) -> Iterator[str]:
    if seconds is None:
        yield "the hub did not recover"
    elif seconds > allowed:
        yield f"recovery took {seconds:.1f} s; at most {allowed:g} s are allowed"


def _lost(evidence: Evidence, opened: Sequence[Dealing]) -> list[str]:
    """Acknowledged and not on record; or safe by the hub's word, and its valid message given up all the same."""
    ids = [str(each.transaction_id) for each in opened]
    return [each for each in ids if each not in evidence.fates or _given_up(evidence.fates[each])]


def _given_up(fate: Fate) -> bool:
    """Every message of a drill is valid: nothing but a failure of the hub rejects it."""
    return fate.status is Status.RJCT and not _expired(fate) and not _one_copy(fate)


def _expired(fate: Fate) -> bool:
    return fate.status is Status.RJCT and fate.reason == OVERDUE and not fate.durable


def _one_copy(fate: Fate) -> bool:
    """Its message was in the lost Region alone, as its client had chosen."""
    lost = {each.lost for each in fate.takeovers}
    return fate.status is Status.RJCT and fate.durable and bool(lost) and set(fate.copies) <= lost


def _against(fate: Fate) -> bool:
    return fate.status is Status.CANC and fate.on_failover == REDRIVE


def _named(what: str, transaction_ids: Sequence[str]) -> Iterator[str]:
    if transaction_ids:
        more = f" and {len(transaction_ids) - SHOWN} more" if len(transaction_ids) > SHOWN else ""
        yield f"{len(transaction_ids)} {what}: {', '.join(transaction_ids[:SHOWN])}{more}"
