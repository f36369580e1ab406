"""The drills' probes, as chaostoolkit calls them: what is so, waited for where it takes its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulations.drills.session import current
from simulations.drills.timeline import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping


def both_regions_are_well(configuration: Mapping[str, Any]) -> bool:
    """Whether both Regions say that they can carry payments, and each leads itself."""
    return current(configuration).both_well()


def mismatches(configuration: Mapping[str, Any]) -> int:
    """How much of what the hub keeps does not agree."""
    return len(current(configuration).reconcile().mismatches)


def dead_letters(configuration: Mapping[str, Any]) -> int:
    """How many messages have failed for good."""
    return current(configuration).dead_letters()


def lead_is_taken(configuration: Mapping[str, Any]) -> float:
    """Wait until the opposite Region leads; the seconds since the fault."""
    return current(configuration).await_moment(Moment.LEAD_TAKEN)


def region_leads_itself(configuration: Mapping[str, Any]) -> bool:
    """Whether nobody has taken the Region's lead."""
    return Moment.LEAD_TAKEN not in current(configuration).timeline.moments


def name_leads_elsewhere(configuration: Mapping[str, Any]) -> float:
    """Wait until the global name leads all clients to the opposite Region; the seconds since the fault."""
    return current(configuration).await_moment(Moment.NAME_MOVED)


def name_leads_home(configuration: Mapping[str, Any]) -> float:
    """Wait until the global name leads the Region's clients there again; the seconds since the fault."""
    return current(configuration).await_moment(Moment.NAME_HOME)


def old_payments_have_ended(configuration: Mapping[str, Any]) -> bool:
    """Wait until the clients have seen the end of every payment that was opened before the fault."""
    current(configuration).await_old_ends()
    return True


def region_is_heard_of(configuration: Mapping[str, Any]) -> bool:
    """Wait until the Region has said that it lives and is well, since it was healed."""
    drill = current(configuration)
    drill.await_heard(drill.lose)
    return True


def payments_go_through_again(configuration: Mapping[str, Any]) -> bool:
    """Wait until a payment has been opened and ended in the Region since it leads itself again."""
    current(configuration).await_served()
    return True


def lead_is_taken_now(configuration: Mapping[str, Any]) -> bool:
    """Wait until the opposite Region leads, and tell it at once: takeovers are still going on then."""
    current(configuration).await_lead()
    return True


def events_are_in_both_streams(configuration: Mapping[str, Any]) -> int:
    """Wait until both Regions' streams have the event of every payment's end; how many payments that are."""
    return current(configuration).await_events().expected
