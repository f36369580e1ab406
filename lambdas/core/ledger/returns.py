"""Returns: what makes a transfer that reverses another, once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lambdas.core.ledger.accounts import participant_of
from lambdas.core.ledger.decisions import Allocation, Decision, Refusal
from lambdas.core.ledger.orders import ReturnOrder, TransferOrder
from lambdas.core.ledger.originals import Original, by_identity, named
from lambdas.core.ledger.transfer import TransferState

_RETURN = "return"


def return_identity(transaction_id: str, position: int) -> str:
    """What only one transfer may bear: that it returns this payment. No payment's own reference looks like it."""
    return json.dumps([_RETURN, transaction_id, position], separators=(",", ":"))


def returned_payment(identity: str) -> tuple[str, int] | None:
    """The payment that a `return_identity` speaks of, by transaction and position; None for any other reference."""
    if not identity.startswith(f'["{_RETURN}",'):
        return None
    _, transaction_id, position = json.loads(identity)
    return str(transaction_id), int(position)


@dataclass(frozen=True, slots=True)
class Reversals:
    """What a message's returns come to, before funds are looked at: transfers to allocate, and what is refused."""

    orders: tuple[TransferOrder, ...]
    refused: tuple[Decision, ...]


def reversals(orders: Sequence[ReturnOrder], originals: Sequence[Original]) -> Reversals:
    """Each return as a transfer from the original's creditor to its debtor, or why it cannot be one."""
    known = by_identity(originals)
    accepted: list[TransferOrder] = []
    refused: list[Decision] = []
    for order in orders:
        decided = _reversal(order, known)
        if isinstance(decided, Refusal):
            refused.append(Decision(order.position, decided))
        else:
            accepted.append(decided)
    return Reversals(tuple(accepted), tuple(refused))


def completed(allocation: Allocation, refused: Sequence[Decision]) -> Allocation:
    """The allocation of the transfers together with what was refused before, in the message's order."""
    # Two returns of one message that name one payment by different references meet in the allocation only.
    decided = (
        replace(each, refusal=Refusal.RETURNED_BEFORE) if each.refusal is Refusal.DUPLICATE else each
        for each in allocation.decisions
    )
    decisions = sorted((*decided, *refused), key=lambda each: each.position)
    return Allocation(tuple(decisions), allocation.transfers)


def _reversal(order: ReturnOrder, known: Mapping[str, Original]) -> TransferOrder | Refusal:
    found = named(order.identities, known)
    if not found:
        return Refusal.NO_ORIGINAL
    if len(found) > 1:
        return Refusal.AMBIGUOUS_ORIGINAL
    original = found[0]
    return _objection(order, original) or TransferOrder(
        position=order.position,
        debtor_agent=original.transfer.creditor,
        creditor_agent=original.transfer.debtor,
        currency=order.currency,
        amount_minor=order.amount_minor,
        identities=(return_identity(original.transaction_id, original.transfer.position),),
    )


def _objection(order: ReturnOrder, original: Original) -> Refusal | None:
    if order.returned_by is None or participant_of(order.returned_by) != original.transfer.creditor:
        return Refusal.NOT_THE_CREDITOR_AGENT
    if original.state is not TransferState.POSTED:
        return Refusal.ORIGINAL_NOT_SETTLED
    if original.returned:
        return Refusal.RETURNED_BEFORE
    if order.currency != original.transfer.currency:
        return Refusal.CURRENCY_DIFFERS
    if order.amount_minor is None or order.amount_minor > original.transfer.amount_minor:
        return Refusal.ABOVE_THE_ORIGINAL
    return None
