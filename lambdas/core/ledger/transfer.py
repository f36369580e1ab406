"""The life of a two-phase transfer: one table; what it does not list, is refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class TransferState(StrEnum):
    """Where the transfers of one transaction stand: they move together."""

    RESERVED = "reserved"
    """Funds are held; nothing has moved."""
    POSTED = "posted"
    """Ended: the money has moved."""
    VOIDED = "voided"
    """Ended: no money has moved, and none will."""
    CANCELLED = "cancelled"
    """Ended as voided is, at its owner's request: the payments keep their references and may not come again."""


NOTHING_WILL_MOVE = frozenset({TransferState.VOIDED, TransferState.CANCELLED})
"""How transfers stand that have moved no money and never will."""


class IllegalTransfer(Exception):
    """A change that the table does not list."""


TRANSFERS: Mapping[TransferState, frozenset[TransferState]] = MappingProxyType(
    {TransferState.RESERVED: frozenset({TransferState.POSTED, TransferState.VOIDED, TransferState.CANCELLED})}
)


def require_transfer(current: TransferState, following: TransferState) -> None:
    """Raise IllegalTransfer unless the table lists `following` after `current`."""
    if following not in TRANSFERS.get(current, frozenset()):
        raise IllegalTransfer(f"transfers that are {current} cannot become {following}")
