"""The ledger's decision on the payments of one message: which are reserved, and why the others are not."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lambdas.core.ledger.accounts import Account, AccountKey, participant_of
from lambdas.core.ledger.orders import TransferOrder


class Refusal(StrEnum):
    """Why a payment is not reserved. The values are recorded: none may change its meaning."""

    UNKNOWN_DEBTOR_AGENT = "unknown_debtor_agent"
    UNKNOWN_CREDITOR_AGENT = "unknown_creditor_agent"
    NO_DEBTOR_ACCOUNT = "no_debtor_account"
    NO_CREDITOR_ACCOUNT = "no_creditor_account"
    AMOUNT_NOT_ALLOWED = "amount_not_allowed"
    DUPLICATE = "duplicate"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    # Of returns alone.
    NO_ORIGINAL = "no_original"
    AMBIGUOUS_ORIGINAL = "ambiguous_original"
    ORIGINAL_NOT_SETTLED = "original_not_settled"
    NOT_THE_CREDITOR_AGENT = "not_the_creditor_agent"
    CURRENCY_DIFFERS = "currency_differs"
    ABOVE_THE_ORIGINAL = "above_the_original"
    RETURNED_BEFORE = "returned_before"


@dataclass(frozen=True, slots=True)
class Decision:
    """On one payment, by its position in the message; reserved when there is no refusal."""

    position: int
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money held for one payment, from one settlement account to another of the same currency."""

    position: int
    debtor: str
    creditor: str
    currency: str
    amount_minor: int
    identities: tuple[str, ...]

    @property
    def debtor_account(self) -> AccountKey:
        """Which account pays."""
        return self.debtor, self.currency

    @property
    def creditor_account(self) -> AccountKey:
        """Which account is paid."""
        return self.creditor, self.currency


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a message's payments come to: a decision for each, a transfer for each that is reserved."""

    decisions: tuple[Decision, ...]
    transfers: tuple[Transfer, ...]


def allocate(
    orders: Sequence[TransferOrder],
    *,
    accounts: Mapping[AccountKey, Account],
    taken: Collection[str],
) -> Allocation:
    """Decide on each payment, in the message's order: what an earlier one holds, a later one has not.

    A participant is who has an account in any currency; `accounts` holds all of those that the orders name. `taken`
    are the identities that other payments bear. Each payment stands for itself: one that is refused leaves
    the others as they are.
    """
    participants = {participant for participant, _ in accounts}
    left = dict(accounts)
    borne = set(taken)
    decisions: list[Decision] = []
    transfers: list[Transfer] = []
    for order in orders:
        decided = _transfer(order, participants, left, borne)
        if isinstance(decided, Transfer):
            held = left[decided.debtor_account].reserve(decided.amount_minor)
            if held is None:
                decided = Refusal.INSUFFICIENT_FUNDS
            else:
                left[held.key] = held
                borne.update(order.identities)
                transfers.append(decided)
        decisions.append(Decision(order.position, decided if isinstance(decided, Refusal) else None))
    return Allocation(tuple(decisions), tuple(transfers))


def _transfer(
    order: TransferOrder, participants: Collection[str], accounts: Mapping[AccountKey, Account], borne: Collection[str]
) -> Transfer | Refusal:
    debtor, creditor = _participant(order.debtor_agent, participants), _participant(order.creditor_agent, participants)
    if debtor is None:
        return Refusal.UNKNOWN_DEBTOR_AGENT
    if creditor is None:
        return Refusal.UNKNOWN_CREDITOR_AGENT
    if any(identity in borne for identity in order.identities):
        return Refusal.DUPLICATE
    if order.amount_minor is None:
        return Refusal.AMOUNT_NOT_ALLOWED
    transfer = Transfer(order.position, debtor, creditor, order.currency, order.amount_minor, order.identities)
    return _missing_account(transfer, accounts) or transfer


def _participant(bic: str | None, participants: Collection[str]) -> str | None:
    if bic is None or participant_of(bic) not in participants:
        return None
    return participant_of(bic)


def _missing_account(transfer: Transfer, accounts: Mapping[AccountKey, Account]) -> Refusal | None:
    if transfer.debtor_account not in accounts:
        return Refusal.NO_DEBTOR_ACCOUNT
    return None if transfer.creditor_account in accounts else Refusal.NO_CREDITOR_ACCOUNT


def totals_by_account(amounts: Iterable[tuple[AccountKey, int]]) -> dict[AccountKey, int]:
    """The sum for each account, in a fixed order of accounts."""
    totals: dict[AccountKey, int] = {}
    for account, amount_minor in amounts:
        totals[account] = totals.get(account, 0) + amount_minor
    return dict(sorted(totals.items()))


def decisions_text(decisions: Sequence[Decision]) -> str:
    """The record of decisions: the same text for the same decisions."""
    return json.dumps([[decision.position, decision.refusal] for decision in decisions], separators=(",", ":"))


def read_decisions(text: str) -> tuple[Decision, ...]:
    """Decisions from their record; raises ValueError where it is none."""
    return tuple(Decision(int(position), None if why is None else Refusal(why)) for position, why in json.loads(text))
