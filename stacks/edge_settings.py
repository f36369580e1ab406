"""The settings of an environment's edge, and of how much an API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.payment.message_api import Throttling
from components.security.web_acl import INSPECTED_KIB, EdgeSettings

if TYPE_CHECKING:
    from stacks.settings_file import Section

LEAST, MOST = 10, 2_000_000
"""Of a rate limit. WAF takes more; a limit that nobody reaches is none."""


def read_edge(section: Section) -> EdgeSettings:
    """The edge's settings, the same in both Regions.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    per_address = section.whole("requests_per_minute_per_address", LEAST, MOST)
    per_client = section.whole("requests_per_minute_per_client", LEAST, MOST)
    if per_address < per_client:
        expected = f"at least requests_per_minute_per_client ({per_client}): a client may have one address"
        section.refuse("requests_per_minute_per_address", f"{per_address} stops a client before its limit", expected)
    return EdgeSettings(
        inspected_kib=section.one_of("inspected_kib", INSPECTED_KIB),
        requests_per_minute_per_address=per_address,
        requests_per_minute_per_client=per_client,
        shield_advanced=section.flag("shield_advanced"),
    )


def read_throttling(section: Section) -> Throttling:
    """What an API takes in each Region; raises SettingsError."""
    return Throttling(section.whole("rate_per_second", 1, 10_000), section.whole("burst", 1, 5_000))
