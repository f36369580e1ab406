"""Random schedules, by Hypothesis: drawn from a seed; one that fails is shrunk to the shortest that still does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from simulations.campaign.effects import Fault
from simulations.campaign.messages import Variety
from simulations.campaign.schedule import Act, Deed, Schedule, Turn

if TYPE_CHECKING:
    from simulations.campaign.experiment import Laboratory, Violation

REGIONS = 2
MOST_DEEDS, MOST_TURNS = 5, 70
# Of ten turns about six go on with what has waited longest, three with something else, one brings disorder; and one in
# ten brings a fault. With more of either, little ever gets far enough for the next to matter.
IN_ORDER = st.sampled_from((0, 0, 0, 0, 0, 0, 1, 2, 3))
DISORDER = st.integers(0, 5).map(lambda which: -1 - which)
CALM = 9
MOST_SHORTER = 100
"""How often a schedule that found something is made shorter; the shortest until then is shown."""

deeds = st.builds(
    Deed,
    # Looks in vain would add up over many schedules, until one Region takes the lead for the other.
    act=st.sampled_from([act for act in Act if act is not Act.LOOK]),
    region=st.integers(0, REGIONS - 1),
    variety=st.sampled_from(Variety),
    of=st.integers(0, MOST_DEEDS - 1),
)
turns = st.builds(
    Turn,
    choice=st.integers(0, CALM).flatmap(lambda drawn: IN_ORDER if drawn < CALM else DISORDER),
    fault=st.integers(0, CALM).flatmap(lambda drawn: st.none() if drawn < CALM else st.sampled_from(Fault)),
)


def _of_length(length: int) -> st.SearchStrategy[tuple[Turn, ...]]:
    return st.lists(turns, min_size=length, max_size=length).map(tuple)


schedules = st.builds(
    Schedule,
    # The first deed opens a transaction: without one nothing else happens.
    deeds=st.builds(
        lambda first, others: (first, *others),
        st.builds(Deed, act=st.just(Act.PAY), region=st.integers(0, REGIONS - 1), variety=st.sampled_from(Variety)),
        st.integers(0, MOST_DEEDS - 1).flatmap(lambda length: st.lists(deeds, min_size=length, max_size=length)),
    ),
    # Lists of Hypothesis's own choosing are mostly short.
    turns=st.integers(0, MOST_TURNS).flatmap(_of_length),
)


class Found(Exception):
    """A schedule found something."""


def explore(
    laboratory: Laboratory, *, number: int, chosen_seed: int, most_shorter: int = MOST_SHORTER
) -> tuple[Violation, ...]:
    """Try out so many random schedules; nothing, or the first that found something and ever shorter ones of it.

    The schedules follow from the seed and from nothing else.
    """
    found: list[Violation] = []

    @seed(chosen_seed)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules)
    def hold(schedule: Schedule) -> None:
        if len(found) == most_shorter:
            # Not every shorter schedule is worth the time. To the shrinker all others are well, and it ends.
            return
        violation = laboratory.try_out(schedule)
        if violation is not None:
            found.append(violation)
            raise Found

    try:
        hold()
    except (Found, Flaky):
        # A schedule that fails once and then does not is shown as it failed.
        return tuple(found)
    return ()
