"""Everything that is known of one transaction, from all stores, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from simulations.checkers.answers import ToldAnswer
    from simulations.checkers.ledger import LedgerEntry
    from simulations.checkers.messages import AskedMessage
    from simulations.checkers.objects import Stored
    from simulations.checkers.records import Record

REQUEST_TO_CANCEL = "camt.056"
RETURN = "pacs.004"


@dataclass(frozen=True, slots=True)
class Case:
    """One transaction. record: None where the table has no item, or none that can be read; then `malformed` says why.

    ledger: None where the ledger has no reservation. message, answer: None where the record names none.
    """

    transaction_id: str
    record: Record | None
    malformed: str | None = None
    ledger: LedgerEntry | None = None
    message: Stored[AskedMessage] | None = None
    answer: Stored[ToldAnswer] | None = None

    @property
    def asked(self) -> AskedMessage | None:
        """The message, where it is stored and can be read."""
        return None if self.message is None else self.message.content

    @property
    def told(self) -> ToldAnswer | None:
        """The answer, where it is stored and can be read."""
        return None if self.answer is None else self.answer.content

    @property
    def family(self) -> str | None:
        """What its message is, by the record or else by the message itself."""
        on_record = None if self.record is None or self.record.message is None else self.record.message.family
        return on_record or (None if self.asked is None else self.asked.family)


Rule: TypeAlias = Callable[[Case], "str | None"]
"""Says what does not hold, or None. Never an amount, a reference or a name: only statuses, positions and numbers."""
