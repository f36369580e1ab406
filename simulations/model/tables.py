"""What core and service say, as Promela: written before the model's text, so that there is one place for each of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambdas.core.ledger.transfer import TRANSFERS, TransferState
from lambdas.core.lifecycle import TERMINAL_STATUSES, TRANSITIONS, TransactionStatus
from lambdas.core.recovery import TRANSITIONS as WATCH_TRANSITIONS
from lambdas.core.recovery import Sighting, WatchState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from enum import StrEnum

ACCP, ACTC, ACSP = TransactionStatus.ACCP, TransactionStatus.ACTC, TransactionStatus.ACSP
ENOUGH = {WatchState.DOUBTED: WatchState.GONE, WatchState.RETURNING: WatchState.TRUSTED}
"""Where enough looks in a row lead that change nothing else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a step asks of the record. overdue: also that its deadline has passed; epoch: that it is the one known."""

    following: TransactionStatus
    expected: frozenset[TransactionStatus]
    epoch: bool = True
    overdue: bool = False


STEPS: Mapping[str, Asked] = MappingProxyType(
    {
        "RECORD": Asked(ACTC, frozenset({ACCP}), epoch=False),
        "ACCEPT": Asked(ACSP, frozenset({ACTC})),
        "SETTLE": Asked(TransactionStatus.ACSC, frozenset({ACSP})),
        "REFUSE": Asked(TransactionStatus.RJCT, frozenset({ACTC, ACSP})),
        "REJECT_BARE": Asked(TransactionStatus.RJCT, frozenset({ACCP}), overdue=True),
        "REJECT": Asked(TransactionStatus.RJCT, frozenset({ACTC, ACSP}), overdue=True),
        "GIVE_UP_BARE": Asked(TransactionStatus.CANC, frozenset({ACCP})),
        "GIVE_UP": Asked(TransactionStatus.CANC, frozenset({ACTC, ACSP})),
        "END_CANCELLED": Asked(TransactionStatus.CANC, frozenset({ACTC, ACSP})),
    }
)
"""Every conditional write that moves a transaction. That the code asks just this, a test holds it to.

A rejection and a giving up that were loaded in ACSP ask for ACSP alone: less than this, so that the model may do more.
"""

_BITS = 31


def tables() -> str:
    """The definitions that the models begin with."""
    return "\n".join((*_statuses(), *_ledger(), *_watch(), *_steps())) + "\n"


def _statuses() -> Iterator[str]:
    statuses = list(TransactionStatus)
    yield from _numbered(statuses)
    yield f"#define OPEN_SET {_set(statuses, TRANSITIONS)}"
    yield f"#define TERMINAL_SET {_set(statuses, TERMINAL_STATUSES)}"
    yield _relation("FOLLOWS", [_set(statuses, TRANSITIONS.get(each, ())) for each in statuses])


def _ledger() -> Iterator[str]:
    states = list(TransferState)
    yield "#define NOTHING 0"
    yield from (f"#define {each.name} {number}" for number, each in enumerate(states, start=1))
    following = [0] + [_set(states, TRANSFERS.get(each, ())) << 1 for each in states]
    yield _relation("LEDGER_FOLLOWS", following)


def _watch() -> Iterator[str]:
    states, sightings = list(WatchState), list(Sighting)
    yield from _numbered(states)
    yield from _numbered(sightings)
    entries = {
        (states.index(state) * len(sightings) + sightings.index(sighting)): states.index(following)
        for (state, sighting), following in WATCH_TRANSITIONS.items()
    }
    looked_up = _choice("(state) * 3 + (sighting)", [entries[index] for index in sorted(entries)])
    yield f"#define WATCH_AFTER(state, sighting) {looked_up}"
    enough = [states.index(ENOUGH.get(state, state)) for state in states]
    yield f"#define WATCH_AFTER_ENOUGH(state) {_choice('(state)', enough)}"


def _steps() -> Iterator[str]:
    statuses = list(TransactionStatus)
    for name, asked in STEPS.items():
        clauses = [f"IN(r, {_set(statuses, asked.expected)})", "OWNED(r, by)"]
        if asked.epoch:
            clauses.append("UNDER(r, e)")
        if asked.overdue:
            clauses.append("DUE")
        yield f"#define MAY_{name}(r, by, e) ({' && '.join(clauses)})"


def _numbered(members: Sequence[StrEnum]) -> Iterator[str]:
    yield from (f"#define {each.name} {number}" for number, each in enumerate(members))


def _set(order: Sequence[StrEnum], members: Collection[StrEnum]) -> int:
    return sum(1 << order.index(each) for each in members)


def _relation(name: str, rows: Sequence[int]) -> str:
    return f"#define {name}(current, following) (({_choice('(current)', rows)} >> (following)) & 1)"


def _choice(index: str, values: Sequence[int]) -> str:
    """Promela has no constant arrays: a small table is a number whose digits are its entries."""
    width = max(values).bit_length() or 1
    packed = sum(value << (width * place) for place, value in enumerate(values))
    if packed.bit_length() > _BITS:
        raise ValueError(f"a table of the model passes the {_BITS} bits of a number in Promela")
    return f"(({packed} >> ({width} * ({index}))) & {(1 << width) - 1})"
