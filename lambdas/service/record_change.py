"""From the queue of changes: what somebody did to the hub's own resources, to the Region's audit chain."""

from dataclasses import dataclass

from lambdas.core.audit.change import ObservedChange
from lambdas.service.outcome import Outcome
from lambdas.service.ports import AuditTrail


class RecordingOutcome(Outcome):
    """What became of a change."""

    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class RecordChange:
    """The use case. A change that is told twice is on record twice, under one id: the chain is only ever added to."""

    trail: AuditTrail

    def __call__(self, change: ObservedChange) -> RecordingOutcome:
        """Put one change on record. Raises AuditUnavailable."""
        self.trail.append(change.audited())
        return RecordingOutcome.RECORDED
