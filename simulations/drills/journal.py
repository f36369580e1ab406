"""What chaostoolkit's journal of an experiment says against a drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def broken_steps(journal: Mapping[str, Any]) -> Iterator[str]:
    """Activities that failed, and those that found what they should not have."""
    hypotheses = journal.get("steady_states") or {}
    probes = [each for when in ("before", "after") for each in (hypotheses.get(when) or {}).get("probes", [])]
    for run in [*probes, *journal.get("run", []), *journal.get("rollbacks", [])]:
        if run["status"] != "succeeded":
            said = (run.get("exception") or ["it failed"])[-1]
            yield f"{run['activity']['name']}: {str(said).strip()}"
        elif run["activity"].get("tolerance") not in (None, run.get("output")):
            yield f"{run['activity']['name']}: expected {run['activity']['tolerance']}, got {run.get('output')}"


def deviated(journal: Mapping[str, Any]) -> bool:
    """Whether the steady state was missing, before or after, or the experiment did not come to its end."""
    return bool(journal.get("deviated")) or journal.get("status") != "completed"
