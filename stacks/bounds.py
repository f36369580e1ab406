"""What several sections of settings have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings_file import Section

LONGEST_DAYS = 36_500
LONGEST_HOURS = 8_760


def read_scan_limit(section: Section) -> int:
    """MiB that one query of Athena may read, which takes no limit below 10 MB; raises SettingsError."""
    return section.whole("scan_limit_mib", 10, 10_000_000)
