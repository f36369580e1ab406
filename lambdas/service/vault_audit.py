"""What of the vault's work goes on record: before anything of it is seen."""

from dataclasses import dataclass

from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.service.ports import AuditTrail, Clock


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which request."""

    participant: str
    request_id: str


@dataclass(frozen=True, slots=True)
class VaultRecord:
    """The audit chain, as the vault speaks to it. Each method raises AuditUnavailable."""

    trail: AuditTrail
    clock: Clock

    def detokenised(self, asker: Asker, purpose: str, tokens: tuple[str, ...]) -> None:
        """Values of these tokens are about to leave."""
        self._append(AuditAction.DETOKENISE, asker, purpose=purpose, tokens=" ".join(tokens))

    def denied(self, asker: Asker, operation: str, reason: str, **details: str) -> None:
        """Something was asked for and not given."""
        self._append(AuditAction.DENIED, asker, operation=operation, reason=reason, **details)

    def erasing(self, asker: Asker, subject_id: str) -> None:
        """A subject's key is about to be destroyed."""
        self._append(AuditAction.ERASE, asker, subject=subject_id)

    def _append(self, action: AuditAction, asker: Asker, **details: str) -> None:
        told = {"request": asker.request_id, **details}
        self.trail.append(AuditEvent(action, self.clock.now(), asker.participant, told))
