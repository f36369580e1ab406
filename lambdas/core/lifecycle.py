"""The statuses of a transaction and the one table of what may follow what."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class TransactionStatus(StrEnum):
    """Status of a transaction, by the codes of ISO's ExternalPaymentTransactionStatus1Code set."""

    ACCP = "ACCP"
    """Opened: the hub has given the transaction its id."""
    ACTC = "ACTC"
    """Its message is stored: in every Region, or in those that its client is content with."""
    ACSP = "ACSP"
    """At least one of its payments passed every check."""
    ACSC = "ACSC"
    """Ended: at least one payment settled, and the answer can be read."""
    RJCT = "RJCT"
    """Ended: no payment settled, and the answer can be read."""
    CANC = "CANC"
    """Ended: cancelled at its client's request (camt.056), or given up after the loss of a Region, as it chose."""


class FailoverChoice(StrEnum):
    """What happens to a client's open transactions when their Region is lost."""

    REDRIVE = "redrive"
    CANCEL = "cancel"


class IllegalTransition(Exception):
    """A step that the table of transitions does not list."""

    def __init__(self, current: TransactionStatus, following: TransactionStatus) -> None:
        super().__init__(f"a transaction in {current} cannot become {following}")
        self.current = current
        self.following = following


TRANSITIONS: Mapping[TransactionStatus, frozenset[TransactionStatus]] = MappingProxyType(
    {
        TransactionStatus.ACCP: frozenset({TransactionStatus.ACTC, TransactionStatus.RJCT, TransactionStatus.CANC}),
        TransactionStatus.ACTC: frozenset({TransactionStatus.ACSP, TransactionStatus.RJCT, TransactionStatus.CANC}),
        TransactionStatus.ACSP: frozenset({TransactionStatus.ACSC, TransactionStatus.RJCT, TransactionStatus.CANC}),
    }
)

TERMINAL_STATUSES: frozenset[TransactionStatus] = frozenset(TransactionStatus) - frozenset(TRANSITIONS)


def require_transition(current: TransactionStatus, following: TransactionStatus) -> None:
    """Raise IllegalTransition unless the table lists `following` after `current`."""
    if following not in TRANSITIONS.get(current, frozenset()):
        raise IllegalTransition(current, following)
