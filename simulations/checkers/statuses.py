"""What a transaction and its money may go through: written down again from the public interface, not from the code."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Of a transaction, and of a payment in it."""

    ACCP = "ACCP"
    ACTC = "ACTC"
    ACSP = "ACSP"
    ACSC = "ACSC"
    RJCT = "RJCT"
    CANC = "CANC"


class Reserved(StrEnum):
    """Of a transaction's money."""

    RESERVED = "reserved"
    POSTED = "posted"
    VOIDED = "voided"


ENDINGS = frozenset({Status.ACSC, Status.RJCT, Status.CANC})
_FORWARD = {Status.ACCP: Status.ACTC, Status.ACTC: Status.ACSP, Status.ACSP: Status.ACSC}


def may_follow(current: Status, following: Status) -> bool:
    """ACCP, ACTC, ACSP, ACSC in this order; anything open may be rejected or cancelled."""
    if current in ENDINGS:
        return False
    return following in {_FORWARD[current], Status.RJCT, Status.CANC}
