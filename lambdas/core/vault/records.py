"""What the vault keeps, and what it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lambdas.core.vault.kinds import ValueKind

MAX_HOLDERS = 8
"""Of how many subjects a value that they share (a name, an address) is kept for, under each one's key."""


class Purpose(StrEnum):
    """What a clear value may be asked for. Whoever asks for anything else has no ground for it (GDPR Art. 5(1)(b))."""

    INVESTIGATION = "investigation"
    SANCTIONS_SCREENING = "sanctions_screening"
    FRAUD_PREVENTION = "fraud_prevention"
    CUSTOMER_REQUEST = "customer_request"
    REGULATORY_REPORT = "regulatory_report"


class TokenStatus(StrEnum):
    """What became of a token that was asked for: another tenant's is as unknown as one that never was."""

    FOUND = "found"
    UNKNOWN = "unknown"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value to tokenise. normal: its one form. subject: the tenant's reference of whom it belongs to."""

    kind: ValueKind
    value: str
    normal: str
    subject: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject's key as it is kept: wrapped, or gone for good since `erased_at`."""

    wrapped: bytes | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Revealed:
    """A token that was asked for, and its value where it is found."""

    token: str
    status: TokenStatus
    value: str | None = None


Holders = Mapping[str, bytes]
"""Of one token: the sealed value by subject id."""
