"""Settlement accounts: what a participant has, owes and may owe, in one currency."""

from dataclasses import dataclass, replace

AccountKey = tuple[str, str]
"""Participant and currency."""


def participant_of(bic: str) -> str:
    """Who a BIC belongs to: its first eight characters; the branch settles on its institution's account."""
    return bic[:8]


@dataclass(frozen=True, slots=True)
class Account:
    """All amounts in minor units. `balance_minor` is negative when the participant owes.

    `net_debit_cap_minor`, zero or more, is how much it may owe; `reserved_minor` is held for transfers that have not
    ended.
    """

    participant: str
    currency: str
    net_debit_cap_minor: int
    balance_minor: int = 0
    reserved_minor: int = 0

    @property
    def key(self) -> AccountKey:
        """Participant and currency."""
        return self.participant, self.currency

    @property
    def available_minor(self) -> int:
        """What a further transfer may take."""
        return self.balance_minor - self.reserved_minor + self.net_debit_cap_minor

    def reserve(self, amount_minor: int) -> "Account | None":
        """With the amount held, or None where that is more than is available."""
        if amount_minor > self.available_minor:
            return None
        return replace(self, reserved_minor=self.reserved_minor + amount_minor)
