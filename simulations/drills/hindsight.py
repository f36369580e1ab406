"""Moments that nobody could note when they came: known once every transaction's record is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.drills.timeline import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.drills.fates import Fate
    from simulations.drills.participant import Dealing
    from simulations.drills.timeline import Timeline


def note_ends(timeline: Timeline, dealings: Sequence[Dealing], fates: Mapping[str, Fate], lost: str) -> None:
    """The last takeover, the last end of what is older than the fault, the last call that failed while it lasted."""
    broken = timeline.moments.get(Moment.BROKEN)
    if broken is None:
        return
    back = timeline.moments.get(Moment.BACK, float("inf"))
    taken = [each.at for fate in fates.values() for each in fate.takeovers if each.lost == lost]
    old = [fate for fate in fates.values() if fate.opened_at < broken]
    failed = [at for each in dealings for at in each.unanswered if broken <= at < back]
    if taken:
        timeline.note(Moment.LAST_TAKEN, max(taken))
    if all(each.ended_at is not None for each in old):
        # What ended before the fault has waited for nothing.
        timeline.note(Moment.LAST_OLD_END, max([broken, *(each.ended_at or broken for each in old)]))
    if failed:
        timeline.note(Moment.LAST_FAILED_CALL, max(failed))
