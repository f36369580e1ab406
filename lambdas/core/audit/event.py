"""What is put on record: who did what to what, when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AuditAction(StrEnum):
    """What is audited: whatever shows clear data, destroys it, or changes who carries whose payments."""

    DETOKENISE = "detokenise"
    DENIED = "denied"
    ERASE = "erase"
    TAKEOVER = "takeover"
    FAILBACK = "failback"
    REDRIVE = "redrive"
    REPLAY = "replay"
    CONFIGURATION = "configuration"
    KEY_USE = "key_use"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that was done or refused. actor: a participant's registered name, a function, or an operator.

    details: ids, tokens, counts, purposes; never a clear value, a payload or a secret.
    """

    action: AuditAction
    at: datetime
    actor: str
    details: Mapping[str, str] = field(default_factory=dict)
