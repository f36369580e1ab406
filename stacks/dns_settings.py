"""The settings of an environment's names: where they are, and how soon what is answered changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings_file import Section

INTERVALS_SECONDS = (10, 30)
"""What Route 53 offers (CreateHealthCheck, RequestInterval)."""
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LONGEST_DOMAIN = 200
"""Of the 253 characters of a name, the rest is for what stands before the domain."""


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """`domain`: the hosted zone's. `ttl_seconds`: for how long clients may keep an answer. `interval_seconds`,
    `failures`: how Route 53 asks a Region for its health. `region_switch`: whether operators have a plan to move
    traffic by hand.
    """

    domain: str
    ttl_seconds: int
    interval_seconds: int
    failures: int
    region_switch: bool


def read_dns(section: Section) -> DnsSettings:
    """The names' settings.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    expected = f"a domain in lower case without a dot at its end, at most {_LONGEST_DOMAIN} characters"
    domain = section.text("domain", rf"{_LABEL}(\.{_LABEL})+", expected)
    if len(domain) > _LONGEST_DOMAIN:
        section.refuse("domain", f"{len(domain)} characters", expected)
    return DnsSettings(
        domain=domain,
        # Longer, and a Region that is lost would still be spoken to when it has long been taken over.
        ttl_seconds=section.whole("ttl_seconds", 1, 300),
        interval_seconds=section.one_of("interval_seconds", INTERVALS_SECONDS),
        failures=section.whole("failures", 1, 10),
        region_switch=section.flag("region_switch"),
    )
