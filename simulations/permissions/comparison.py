"""Grants against calls: a call without a grant is a fault, a grant without a call is one unless a line says why."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulations.permissions.unseen import Unseen


class Grant(NamedTuple):
    """One action that a function's role allows on one resource (a pattern of our own forms: it may end in `*`).

    through_service: only where an AWS service makes the call in the role's name.
    """

    function: str
    action: str
    resource: str
    through_service: bool


class SeenCall(NamedTuple):
    """One action on one resource that a function asked for."""

    function: str
    action: str
    resource: str
    allowed: bool


class Evidence(NamedTuple):
    """What was granted and what was seen; of two clouds, both together."""

    grants: frozenset[Grant]
    seen: frozenset[SeenCall]

    def and_of(self, other: Evidence) -> Evidence:
        return Evidence(self.grants | other.grants, self.seen | other.seen)


NOTHING = Evidence(frozenset(), frozenset())


def faults(evidence: Evidence, lines: Iterable[Unseen]) -> list[str]:
    """What is not so, a sentence each; none when grants and calls agree."""
    known = tuple(lines)
    return [*_ungranted(evidence), *_unused(evidence, known), *_stale(evidence, known)]


def _ungranted(evidence: Evidence) -> Iterator[str]:
    for call in sorted(evidence.seen):
        what = f"{call.function}: called {call.action} on {call.resource}"
        if not call.allowed:
            yield f"{what} and was refused; grant it where the function's grants are, or do not call it"
        elif not any(_serves(grant, call) for grant in evidence.grants):
            yield f"{what} and no statement of its role grants that; expected one"


def _unused(evidence: Evidence, lines: tuple[Unseen, ...]) -> Iterator[str]:
    for grant in sorted(evidence.grants):
        if any(_serves(grant, call) for call in evidence.seen) or any(line.explains(grant) for line in lines):
            continue
        through = " through a service" if grant.through_service else ""
        yield (
            f"{grant.function}: may call {grant.action} on {grant.resource}{through} and was not seen to; "
            "take the grant away, or say why in simulations/permissions/unseen.toml"
        )


def _stale(evidence: Evidence, lines: tuple[Unseen, ...]) -> Iterator[str]:
    for line in lines:
        if not any(line.explains(grant) for grant in evidence.grants):
            named = f"{line.action} of {', '.join(line.functions)}"
            yield f"unseen.toml: {named} explains nothing that is granted; take the line out"


def _serves(grant: Grant, call: SeenCall) -> bool:
    return (
        not grant.through_service
        and (grant.function, grant.action) == (call.function, call.action)
        and fnmatchcase(call.resource, grant.resource)
    )
