"""Every hub that the environment's settings have, in the foundation and in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.hubs import administration, integration, reporting, security

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase, RegionBase


def build_foundation_hubs(base: FoundationBase) -> dict[str, object]:
    """What of the hubs spans Regions, or is one for the account; gives what is exported of it, by hub."""
    hubs, exported = base.settings.hubs, dict[str, object]()
    if hubs.administration is not None:
        administration.build_foundation(base, hubs.administration)
    if hubs.reporting is not None:
        reporting.build_foundation(base, hubs.reporting)
    if hubs.integration is not None:
        exported["integration"] = integration.build_foundation(base, hubs.integration)
    return exported


def build_region_hubs(base: RegionBase) -> None:
    """What of the hubs a Region runs. A hub knows the base and nothing of another hub: each can be left out."""
    hubs = base.settings.hubs
    if hubs.security is not None:
        security.build_region(base, hubs.security)
    if hubs.reporting is not None:
        reporting.build_region(base, hubs.reporting)
    if hubs.administration is not None:
        administration.build_region(base, hubs.administration)
    if hubs.integration is not None:
        integration.build_region(base, hubs.integration)
