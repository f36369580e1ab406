"""Effects of functions on the world, and what may befall each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LEDGER = "ledger"


class Fault(StrEnum):
    """What befalls one effect. A call's own retries meet the same fault, but for REPEATED and CONFLICT."""

    REFUSED = "refused"
    """It does not happen: no connection."""
    THROTTLED = "throttled"
    """It does not happen: AWS answers 503."""
    UNACKNOWLEDGED = "unacknowledged"
    """It happens, at each of the caller's tries, and the caller never learns of it."""
    REPEATED = "repeated"
    """It happens, its acknowledgement is lost, and the caller's own retry goes through."""
    KILLED = "killed"
    """It happens, and then the process dies (SIGKILL)."""
    UNCOMMITTED = "uncommitted"
    """The process dies inside the transaction, before it commits."""
    CONFLICT = "conflict"
    """The transaction conflicts with another at its commit, twice, and is tried again."""


DEADLY = frozenset({Fault.KILLED, Fault.UNCOMMITTED})
AWS_FAULTS = (Fault.REFUSED, Fault.THROTTLED, Fault.UNACKNOWLEDGED, Fault.REPEATED, Fault.KILLED)
LEDGER_FAULTS = (
    Fault.REFUSED,
    Fault.UNACKNOWLEDGED,
    Fault.REPEATED,
    Fault.CONFLICT,
    Fault.UNCOMMITTED,
    Fault.KILLED,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One AWS call (`dynamodb`, `UpdateItem`) or one transaction of the ledger (`ledger`, `reserve`) of a function.

    region: where the call goes to, which for a payload may be the other one. subject: which queue or transaction it is
    about, where the request says so.
    """

    function: str
    service: str
    operation: str
    region: str
    subject: str = field(default="", compare=False)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What may befall it."""
        return LEDGER_FAULTS if self.service == LEDGER else AWS_FAULTS

    @property
    def name(self) -> str:
        """As reports show it."""
        return f"{self.service} {self.operation}"
