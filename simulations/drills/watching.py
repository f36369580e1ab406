"""Looks at the hub twice a second while a drill goes on: who leads, where the name leads, what is broken."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from simulations.drills.timeline import Moment, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self

    from simulations.drills.hub import DrilledHub
    from simulations.drills.names import Names
    from simulations.drills.timeline import Timeline
    from simulations.operations.leadership import LeadershipTable

LOOK_SECONDS = 0.5


class Watcher:
    """Watches in a thread of its own while its block lasts. lose: the Region that the drill is about.

    told: called after each look with what was seen, and with a line for each moment that came.
    """

    def __init__(
        self,
        hub: DrilledHub,
        names: Names,
        timeline: Timeline,
        lose: str,
        *,
        clients: int,
        told: Callable[[Sample], None],
        note: Callable[[Moment, float], None],
    ) -> None:
        self._hub = hub
        self._names = names
        self._timeline = timeline
        self._lose = lose
        self._clients = clients
        self._told = told
        self._note = note
        # The Region that is lost answers nothing, and one without a quorum no strongly consistent read.
        self._table: LeadershipTable = hub.leadership(hub.other(lose))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> Sample | None:
        """One look; None where the table did not answer just now."""
        now = time.time()
        try:
            records = self._table.all()
        except (ClientError, BotoCoreError):
            return None
        for record in records:
            if record.region == self._lose and record.leader != self._lose and Moment.BROKEN in self._timeline.moments:
                self._note(Moment.LEAD_TAKEN, record.since.timestamp())
        leads = {home: self._lead(home) for home in self._hub.regions}
        self._note_names(leads, now)
        sample = Sample(
            now,
            {each.region: each.leader for each in records},
            {home: seen[0] if len(set(seen)) == 1 else "mixed" for home, seen in leads.items()},
            {each.region: each.kind.value for each in self._hub.gate.faults()},
        )
        self._timeline.see(sample)
        self._told(sample)
        return sample

    def _lead(self, home: str) -> Sequence[str]:
        return [self._names.leads_to(home, client) for client in range(self._clients)]

    def _note_names(self, leads: dict[str, Sequence[str]], now: float) -> None:
        """The last client's cache decides when a name has moved, and when it is home."""
        moments, there = self._timeline.moments, self._hub.other(self._lose)
        if Moment.BROKEN in moments and set(leads[self._lose]) == {there}:
            self._note(Moment.NAME_MOVED, now)
        if Moment.NAME_MOVED in moments and Moment.BACK in moments and set(leads[self._lose]) == {self._lose}:
            self._note(Moment.NAME_HOME, now)
