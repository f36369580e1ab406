"""The settings of an environment's token vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings_file import Section

MOST_TOKENS = 50
"""What one request may ask for."""


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """How many values a client may see in a minute, and how many, seen or denied, raise an alarm in a Region."""

    detokenise_per_minute: int
    alarm_detokenised: int
    alarm_denied: int


def read_vault(section: Section) -> VaultSettings:
    """The settings; raises SettingsError."""
    return VaultSettings(
        section.whole("detokenise_per_minute", MOST_TOKENS, 1_000_000),
        section.whole("alarm_detokenised", 1, 1_000_000),
        section.whole("alarm_denied", 1, 1_000_000),
    )
