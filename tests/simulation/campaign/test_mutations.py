"""Each guard taken away is found by the campaign; with all of them in place the same search finds nothing.

Two clauses have no test here, because no schedule reaches what they close: `unlist` asks for a terminal status, and is
only ever called for what was read as ended; `note_refused_message` asks for the participant, whom its caller compared.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable

import pytest

from simulations.campaign.experiment import Laboratory
from simulations.campaign.messages import Variety
from simulations.campaign.scenarios import DELIVER, HOLD, PAY, SCENARIOS, WAIT
from simulations.campaign.schedule import Act, Deed, Schedule, Turn
from tests.simulation.campaign import mutants
from tests.simulation.campaign.searching import AT_FIRST, search

MakeLaboratory = Callable[[Callable[[], None] | None], Laboratory]
Deeds = tuple[Deed, ...]

TAKEN_OVER_AT_ONCE: Deeds = (PAY, Deed(Act.TAKE_OVER), WAIT)
TAKEN_OVER_AND_BACK: Deeds = (PAY, DELIVER, DELIVER, Deed(Act.TAKE_OVER), Deed(Act.TAKE_OVER), WAIT)
INTRUDED: Deeds = (Deed(Act.OPEN), Deed(Act.INTRUDE), WAIT)
# Up to the step that gives an initiation more time than others have; before it a tick finds the transaction overdue,
# and after it the tick goes on.
MORE_TIME = Schedule(
    (Deed(Act.PAY, variety=Variety.INITIATION), DELIVER, DELIVER),
    turns=(*[Turn()] * 15, Turn(-2), Turn(1), Turn(1), Turn()),
)
# A tick finds the transaction overdue when releasing is about to ask the ledger, and asks it first; or just after.
_UP_TO_RELEASING = (Turn(),) * 21
_TICK_VOIDS = (Turn(-2), Turn(1), Turn(1), Turn(1))
VOIDED_BEFORE_POSTED = Schedule((PAY, DELIVER, DELIVER), turns=(*_UP_TO_RELEASING, *_TICK_VOIDS))
VOIDED_AFTER_POSTED = Schedule((PAY, DELIVER, DELIVER), turns=(*_UP_TO_RELEASING, Turn(), *_TICK_VOIDS))

MUTANTS: dict[str, tuple[Callable[[], None], Deeds | Schedule]] = {
    "status clause": (mutants.BY_CLAUSE["#status IN"], SCENARIOS["a payment settles"]),
    "owner clause": (mutants.BY_CLAUSE["#owner_region ="], TAKEN_OVER_AT_ONCE),
    "epoch clause": (mutants.BY_CLAUSE["#epoch ="], TAKEN_OVER_AND_BACK),
    "participant clause": (mutants.BY_CLAUSE["#participant ="], INTRUDED),
    "deadline clause": (mutants.BY_CLAUSE["#deadline <"], MORE_TIME),
    "refused messages' size clause": (mutants.noting_refused_messages_blindly, SCENARIOS["a second message comes"]),
    "reservation's idempotency": (mutants.reserving_again, SCENARIOS["a payment settles"]),
    "transfer's end, once": (mutants.ending_what_has_ended, VOIDED_BEFORE_POSTED),
    "references, once": (mutants.not_asking_for_identities, SCENARIOS["a payment comes twice"]),
    "return, once": (mutants.returning_again, SCENARIOS["a settled payment is returned twice"]),
    "void's trace": (mutants.voiding_without_a_trace, SCENARIOS["a deadline passes before processing"]),
    "answer before its status": (mutants.ending_before_the_answer, SCENARIOS["a payment settles"]),
    "the ledger's word": (mutants.deaf_to_the_ledger, VOIDED_BEFORE_POSTED),
    "completing what has settled": (mutants.leaving_what_has_settled, SCENARIOS["it is taken over before releasing"]),
    "both Regions' copies": (mutants.storing_here_alone, SCENARIOS["a payment settles"]),
    "giving back what failed": (mutants.losing_what_failed, SCENARIOS["a payment settles"]),
    "passing on again": (mutants.not_passing_on_again, SCENARIOS["a payment settles"]),
    "answering again": (mutants.not_answering_again, SCENARIOS["a payment settles"]),
    "cancellation's idempotency": (mutants.cancelling_again, (HOLD, PAY, WAIT, Deed(Act.CANCEL, of=1))),
}


@pytest.mark.parametrize("guard", MUTANTS)
def test_it_is_found_when_a_guard_is_taken_away(guard: str, laboratory_with: MakeLaboratory) -> None:
    prepare, deeds = MUTANTS[guard]
    violation = search(laboratory_with(prepare), deeds, random_schedules=120)
    assert violation is not None
    assert violation.found


def test_it_is_found_when_an_id_may_be_taken_twice(laboratory_with: MakeLaboratory) -> None:
    deeds = (PAY, WAIT, Deed(Act.OPEN))
    guarded = functools.partial(mutants.with_one_id, str(uuid.uuid4()))
    unguarded = functools.partial(mutants.opening_over_another, str(uuid.uuid4()))
    assert laboratory_with(guarded).try_out(Schedule(deeds)) is None
    assert laboratory_with(unguarded).try_out(Schedule(deeds)) is not None


@pytest.mark.parametrize(
    "deeds",
    [TAKEN_OVER_AT_ONCE, TAKEN_OVER_AND_BACK, INTRUDED, MORE_TIME, VOIDED_BEFORE_POSTED, VOIDED_AFTER_POSTED],
    ids=["taken over", "taken over and back", "intruded", "more time", "voided first", "posted first"],
)
def test_nothing_is_found_when_every_guard_is_in_place(
    deeds: Deeds | Schedule, laboratory_with: MakeLaboratory
) -> None:
    assert search(laboratory_with(None), deeds, random_schedules=AT_FIRST) is None
