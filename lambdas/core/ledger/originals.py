"""Payments that a later message is about: a request to cancel them, a return of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.ledger.decisions import Transfer
from lambdas.core.ledger.transfer import TransferState


@dataclass(frozen=True, slots=True)
class Original:
    """A payment as the ledger has it: one transfer of a transaction, and where the transaction's transfers stand.

    returned: another transfer gives it back, or holds the funds for doing so.
    """

    transaction_id: str
    transfer: Transfer
    state: TransferState
    returned: bool


def by_identity(originals: Iterable[Original]) -> dict[str, Original]:
    """Each payment under each of its references."""
    return {identity: original for original in originals for identity in original.transfer.identities}


def named(identities: Sequence[str], originals: Mapping[str, Original]) -> tuple[Original, ...]:
    """The payments that bear one of the references: more than one where the references contradict each other."""
    found: list[Original] = []
    for identity in identities:
        original = originals.get(identity)
        if original is not None and original not in found:
            found.append(original)
    return tuple(found)
