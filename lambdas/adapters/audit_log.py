"""The audit trail in the function's log, until the chain takes its place: in order, and not tamper-evident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.core.documents import instant_text

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

    from lambdas.core.audit.event import AuditEvent


@dataclass(frozen=True, slots=True)
class LoggedAuditTrail:
    """AuditTrail over the log: one line for each event."""

    logger: Logger

    def append(self, event: AuditEvent) -> None:
        """What the event names, which is never a clear value."""
        told = {"action": event.action, "at": instant_text(event.at), "actor": event.actor, **event.details}
        self.logger.info("audit", extra={"audit": told})
