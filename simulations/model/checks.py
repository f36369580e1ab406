"""What is asked of the models: each check searches every state there is, each broken guard must be found by one."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Check:
    """One exhaustive search of a model. properties: by the numbers of the model's assertions; 0 is the search's own.

    cycles: look for ways that go round for ever instead.
    """

    name: str
    model: str
    defines: tuple[str, ...]
    properties: Mapping[int, str]
    cycles: bool = False


SAFETY = Check(
    "transaction",
    "transaction",
    ("EPOCHS=3",),
    MappingProxyType(
        {
            1: "one end: nothing follows a terminal status, nothing is taken over that has ended",
            2: "each step is one that core/lifecycle lists",
            3: "money moves once: posted at most once, never posted and voided",
            4: "the end agrees with the ledger, and no reservation outlives its transaction",
            5: "fenced: only the present owner under the present epoch takes a step",
            6: "a takeover raises the epoch",
            7: "no rejection for time before the deadline",
            8: "given up only where its client chose it, and after a takeover",
        }
    ),
)
ENDS = Check(
    "ends",
    "transaction",
    ("EPOCHS=5", "ENDS"),
    MappingProxyType({9: "every acknowledged transaction ends, once one Region works and a person gives back"}),
)
NO_CYCLE = Check(
    "ends-no-cycle",
    "transaction",
    ("EPOCHS=5", "ENDS"),
    MappingProxyType({0: "nothing goes round for ever: what is due is done after finitely many steps"}),
    cycles=True,
)
ALONE = Check(
    "ends-alone",
    "transaction",
    ("EPOCHS=5", "ENDS", "ALONE"),
    MappingProxyType({9: "every acknowledged transaction ends without a person, where whoever leads works"}),
)
LEADERSHIP = Check(
    "leadership",
    "leadership",
    (),
    MappingProxyType(
        {
            1: "one leader: never do both Regions lead, each for the other",
            2: "no lead is taken of a Region that was heard of since the look",
            3: "no change of who leads is undone by who has not seen it",
            4: "two ticks that meet count one look",
        }
    ),
)
CHECKS = (SAFETY, ENDS, NO_CYCLE, ALONE, LEADERSHIP)


@dataclass(frozen=True, slots=True)
class Broken:
    """A guard that is taken away, and in which check that must be found. redundant: why it need not be, if so."""

    define: str
    guard: str
    check: Check
    epochs: int | None = None
    redundant: str | None = None

    @property
    def defines(self) -> tuple[str, ...]:
        """What the model is compiled with."""
        kept = tuple(each for each in self.check.defines if self.epochs is None or not each.startswith("EPOCHS="))
        return (*kept, *((f"EPOCHS={self.epochs}",) if self.epochs else ()), *self.define.split("+"))


BROKEN = (
    Broken("M_STATUS", "a step does not compare the status", SAFETY),
    Broken("M_OWNER", "a step does not compare the owner", SAFETY),
    Broken("M_EPOCH", "a step does not compare the epoch", SAFETY),
    Broken("M_DEADLINE", "a rejection for time does not compare the deadline", SAFETY),
    Broken("M_LEDGER_FIRST", "an end is written before the ledger is asked", SAFETY),
    Broken("M_LEDGER_ONCE", "the ledger ends what it has ended otherwise", SAFETY),
    Broken("M_VOID_FORGOTTEN", "the ledger does not record that nothing may be reserved later", SAFETY),
    Broken("M_TAKE_STATUS", "a takeover does not compare the status", SAFETY),
    Broken("M_TAKE_EPOCH", "a takeover does not compare the epoch", SAFETY, epochs=4),
    Broken(
        "M_TAKE_OWNER",
        "a takeover does not compare the owner",
        SAFETY,
        redundant="with two Regions an epoch has one owner, so that comparing the epoch is enough",
    ),
    Broken("M_TAKE_OWNER+M_TAKE_EPOCH", "a takeover compares neither owner nor epoch", SAFETY),
    Broken("M_RAISED", "a takeover does not raise the epoch", SAFETY),
    Broken("M_WITNESS", "a Region that is cut off writes transactions by its own copy", SAFETY),
    Broken("M_LIST", "going on lists a transaction as open that was taken back", ENDS),
    Broken("M_LATE", "what is newer than the loss is never taken, however late", ENDS),
    Broken("M_COMPLETE", "a deadline does not complete what is posted", ENDS),
    Broken("M_NOBODY_GIVES_BACK", "no person ever gives a Region its own back", ENDS),
    Broken("M_LOST_RESTS", "a Region that is lost and back leaves what it had taken over", ALONE),
    Broken("M_BEAT", "the lead is taken without comparing the beat", LEADERSHIP),
    Broken("M_GENERATION", "the lead is taken without comparing the generation", LEADERSHIP),
    Broken("M_OWN_BEAT", "a beat does not compare the one before", LEADERSHIP),
    Broken("M_OWN_LOST", "a Region that is lost takes the lead", LEADERSHIP),
    Broken("M_ORDER", "the other's record is read after the own beat", LEADERSHIP),
    Broken("M_PERSON", "giving back does not compare the generation", LEADERSHIP),
    Broken("M_WITNESS", "the lead is taken without the witness", LEADERSHIP),
)
