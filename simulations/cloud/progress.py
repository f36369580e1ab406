"""What a deployment tells while it goes on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias


class Action(StrEnum):
    """What happened to a resource; `started` comes before whatever takes time."""

    STARTED = "started"
    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a deployment. `done` of `expected` resources of all stacks are finished, this one among them."""

    action: Action
    stack: str
    urn: str
    type: str
    name: str
    done: int
    expected: int


Progress: TypeAlias = Callable[[Event], None]
"""Called from several threads, one call at a time."""


class Described(Protocol):
    """What an event is about."""

    @property
    def urn(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...


def silent(_event: Event) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many resources a deployment created, updated, replaced and deleted, and how many it left as they were."""

    created: int = 0
    updated: int = 0
    replaced: int = 0
    deleted: int = 0
    unchanged: int = 0

    @property
    def nothing_changed(self) -> bool:
        return not (self.created or self.updated or self.replaced or self.deleted)


FINISHED = (Action.CREATED, Action.UPDATED, Action.REPLACED, Action.UNCHANGED)


@dataclass(slots=True)
class Tally:
    """Counts and tells what happens, for all stacks of a deployment. `expected` resources are to be finished."""

    expected: int
    progress: Progress = silent
    _counts: Counter[Action] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, action: Action, stack: str, resource: Described) -> None:
        """Count an event and pass it on."""
        with self._lock:
            self._counts[action] += 1
            done = sum(self._counts[kind] for kind in FINISHED)
            self.progress(Event(action, stack, resource.urn, resource.type, resource.name, done, self.expected))

    def counts(self) -> Counts:
        """What has happened so far."""
        return Counts(
            created=self._counts[Action.CREATED],
            updated=self._counts[Action.UPDATED],
            replaced=self._counts[Action.REPLACED],
            deleted=self._counts[Action.DELETED],
            unchanged=self._counts[Action.UNCHANGED],
        )
