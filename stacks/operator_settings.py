"""The settings of operators' sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.security.operator_pool import OperatorSettings

if TYPE_CHECKING:
    from stacks.settings_file import Section

LONGEST_MINUTES = 240


def read_operators(section: Section) -> OperatorSettings:
    """The settings; raises SettingsError."""
    # Cognito takes no other without TLS: the loopback of the machine on which someone signs in.
    form = "https://name/path, or http://localhost:port/path"
    pattern = r"https://[a-z0-9.-]+(:\d+)?/\S*|http://localhost(:\d+)?/\S*"
    return OperatorSettings(
        callback_urls=section.texts("callback_urls", pattern, form),
        hold_minutes=section.whole("hold_minutes", 5, LONGEST_MINUTES),
    )
