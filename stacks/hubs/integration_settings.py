"""The settings of the integration hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings_file import Section

LEAST_REQUESTS, MOST_REQUESTS = 10, 2_000_000
"""Of a rate limit, as for the API's own edge."""


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """`site_requests_per_minute`: of one address, on the site of third parties."""

    site_requests_per_minute: int


def read_integration(section: Section) -> IntegrationSettings:
    """The settings; raises SettingsError."""
    return IntegrationSettings(
        site_requests_per_minute=section.whole("site_requests_per_minute", LEAST_REQUESTS, MOST_REQUESTS),
    )
