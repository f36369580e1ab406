"""The statement that refuses what does not come over TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Anyone, Condition, EveryAction

if TYPE_CHECKING:
    from components.blocks.statement_parts import Resource


def refuse_plain_transport(actions: EveryAction | tuple[str, ...], *resources: Resource) -> Statement:
    """Nobody may reach the resources but over TLS."""
    return Statement(
        sid="RefusePlainTransport",
        effect="Deny",
        actions=actions,
        resources=resources,
        principals=(Anyone(),),
        conditions=(Condition("Bool", "aws:SecureTransport", ("false",)),),
    )
