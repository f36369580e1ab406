"""Tags that every resource carries, through its provider's default tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.naming import PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVED = frozenset({"project", "environment", "managed-by"})


def default_tags(environment: str, own: Mapping[str, str]) -> dict[str, str]:
    """The tags of an environment: its own beside the project's, which it cannot replace."""
    return {**own, "project": PROJECT, "environment": environment, "managed-by": "pulumi"}
