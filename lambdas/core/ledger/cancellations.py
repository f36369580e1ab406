"""Cancellations: which of the payments that a message asks to cancel are cancelled, and why the others are not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lambdas.core.ledger.decisions import Decision
from lambdas.core.ledger.orders import CancellationOrder
from lambdas.core.ledger.originals import Original, by_identity, named
from lambdas.core.ledger.transfer import TransferState


class CancellationRefusal(StrEnum):
    """Why a payment is not cancelled. The values are recorded: none may change its meaning."""

    NO_ORIGINAL = "no_original"
    AMBIGUOUS_ORIGINAL = "ambiguous_original"
    AMOUNT_DIFFERS = "amount_differs"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED_BEFORE = "cancelled_before"
    NOT_AS_A_WHOLE = "not_as_a_whole"


_ENDED: Mapping[TransferState, CancellationRefusal] = {
    TransferState.POSTED: CancellationRefusal.SETTLED,
    TransferState.CANCELLED: CancellationRefusal.CANCELLED_BEFORE,
    TransferState.VOIDED: CancellationRefusal.NO_ORIGINAL,
}


@dataclass(frozen=True, slots=True)
class CancellationDecision:
    """On one payment, by its position in the request: the transaction that is cancelled with it, or the refusal."""

    position: int
    cancelled: str | None
    refusal: CancellationRefusal | None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A transaction that was cancelled: what had been decided on its payments, by which transaction, and when."""

    decisions: tuple[Decision, ...]
    requested_by: str
    at: datetime


def decide_cancellations(
    orders: Sequence[CancellationOrder], originals: Sequence[Original]
) -> tuple[CancellationDecision, ...]:
    """A decision on each order. `originals`: every payment of each transaction that the orders may name.

    A transaction is cancelled as a whole: its transfers move together, so all of them must be named, or none is
    cancelled.
    """
    known = by_identity(originals)
    found = {order.position: _objection(order, known) for order in orders}
    cancellable = _whole([each for each in found.values() if isinstance(each, Original)], originals)
    return tuple(_decision(position, outcome, cancellable) for position, outcome in found.items())


def cancelled_transactions(decisions: Sequence[CancellationDecision]) -> tuple[str, ...]:
    """The transactions that are cancelled, each once, in a fixed order."""
    return tuple(sorted({each.cancelled for each in decisions if each.cancelled is not None}))


def _objection(order: CancellationOrder, known: Mapping[str, Original]) -> Original | CancellationRefusal:
    found = named(order.identities, known)
    if not found:
        return CancellationRefusal.NO_ORIGINAL
    if len(found) > 1:
        return CancellationRefusal.AMBIGUOUS_ORIGINAL
    original = found[0]
    given, transfer = (order.currency, order.amount_minor), original.transfer
    if order.currency is not None and given != (transfer.currency, transfer.amount_minor):
        return CancellationRefusal.AMOUNT_DIFFERS
    if original.state is TransferState.POSTED and original.returned:
        return CancellationRefusal.RETURNED
    return _ENDED.get(original.state, original)


def _whole(wanted: Sequence[Original], originals: Sequence[Original]) -> frozenset[str]:
    """The transactions of which nothing is left out."""
    chosen = frozenset(wanted)
    left = {each.transaction_id for each in originals if each not in chosen}
    return frozenset(each.transaction_id for each in chosen) - left


def _decision(
    position: int, outcome: Original | CancellationRefusal, cancellable: frozenset[str]
) -> CancellationDecision:
    if isinstance(outcome, CancellationRefusal):
        return CancellationDecision(position, None, outcome)
    if outcome.transaction_id not in cancellable:
        return CancellationDecision(position, None, CancellationRefusal.NOT_AS_A_WHOLE)
    return CancellationDecision(position, outcome.transaction_id, None)


def cancellation_text(decisions: Sequence[CancellationDecision]) -> str:
    """The record of decisions: the same text for the same decisions."""
    return json.dumps([[each.position, each.refusal, each.cancelled] for each in decisions], separators=(",", ":"))


def read_cancellation(text: str) -> tuple[CancellationDecision, ...]:
    """Decisions from their record; raises ValueError where it is none."""
    return tuple(
        CancellationDecision(int(position), cancelled, None if why is None else CancellationRefusal(why))
        for position, why, cancelled in json.loads(text)
    )
