"""What an experiment does: clients' deeds, and turns by which it goes on. The same schedule is the same run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from simulations.campaign.messages import Variety

if TYPE_CHECKING:
    from simulations.campaign.effects import Fault


class Act(StrEnum):
    """What a client, an operator or time does."""

    PAY = "pay"
    """Opens a transaction and sends its message."""
    PAY_AVAILABLE = "pay, content with one Region"
    """As PAY, with X-Consistency: available."""
    OPEN = "open"
    """Opens a transaction and sends nothing."""
    SEND_AGAIN = "send again"
    """Sends the message of an earlier deed to that deed's transaction once more."""
    SEND_SECOND = "send second"
    """Sends another message to the transaction of an earlier deed."""
    INTRUDE = "intrude"
    """Another participant sends a message to the transaction of an earlier deed."""
    PAY_TWICE = "pay twice"
    """Opens a transaction of its own for the message of an earlier deed."""
    CANCEL = "cancel"
    """Opens a transaction of its own and asks to cancel the payments of an earlier deed (camt.056)."""
    RETURN = "return"
    """Opens a transaction of its own and returns the payments of an earlier deed (pacs.004)."""
    ASK_HEALTH = "ask health"
    """Asks for a Region's health."""
    READ = "read"
    """Reads transaction and answer of an earlier deed."""
    EXPIRE = "expire"
    """The deadline of an earlier deed's transaction passes, and a tick comes."""
    TICK = "tick"
    """The schedule's own tick, which sends others."""
    LOOK = "look"
    """A Region says that it lives, and looks at the other."""
    TAKE_OVER = "take over"
    """The other Region takes over the transaction of an earlier deed: the conditional write alone."""
    GARBAGE = "garbage"
    """What is no message of the hub's gets onto each queue of a Region."""
    HOLD = "hold"
    """The queue in front of releasing delivers nothing in a Region, until there is nothing else left to do."""
    DELIVER = "deliver"
    """One batch is delivered to its function."""
    WAIT = "wait"
    """Everything that is on a queue is delivered."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One client's deed. `of`: which earlier deed it is about, counted from the first."""

    act: Act
    region: int = 0
    variety: Variety = Variety.GOOD
    of: int = 0

    def __str__(self) -> str:
        return f"{self.act}, {self.variety} message, Region {self.region}, of deed {self.of}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of the run, and what befalls the effect if it is one.

    choice: from 0 on, which of the things that are under way goes on, or begins; below 0, which disorder comes: a batch
    delivered again, a deadline that passes, a takeover.
    """

    choice: int = 0
    fault: Fault | None = None

    def __str__(self) -> str:
        return f"{self.choice}" if self.fault is None else f"{self.choice} {self.fault}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Deeds and turns. When the turns are used up, everything runs to its end in order.

    strikes: what befalls an effect, by its number in the run, from 0; beside the faults of the turns.
    """

    deeds: tuple[Deed, ...]
    turns: tuple[Turn, ...] = ()
    strikes: tuple[tuple[int, Fault], ...] = ()

    def __str__(self) -> str:
        deeds = "\n".join(f"  deed {number}: {deed}" for number, deed in enumerate(self.deeds))
        struck = ", ".join(f"effect {number} {fault}" for number, fault in self.strikes)
        return f"{deeds}\n  turns: {', '.join(map(str, self.turns)) or 'none'}\n  strikes: {struck or 'none'}"
