"""The settings of the security hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.security.findings import STANDARDS, FindingsSettings

if TYPE_CHECKING:
    from stacks.settings_file import Section

ADDRESS = r"[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+"

SecuritySettings = FindingsSettings


def read_security(section: Section) -> SecuritySettings:
    """The settings; raises SettingsError."""
    standards = section.texts("standards", r"[a-z0-9-]+", f"one of {', '.join(STANDARDS)}")
    for each in standards:
        if each not in STANDARDS:
            section.refuse("standards", f"{each!r} is not allowed", f"of {', '.join(STANDARDS)}")
    return SecuritySettings(
        alarm_addresses=section.texts("alarm_addresses", ADDRESS, "an e-mail address"),
        standards=standards,
        scan_percent=section.whole("scan_percent", 1, 100),
    )
