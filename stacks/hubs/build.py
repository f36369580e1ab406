"""Every hub that the environment's settings have, in the foundation and in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.hubs import administration, data, delivery, monitoring, network, reporting, risk, security

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase, RegionBase


def build_foundation_hubs(base: FoundationBase) -> dict[str, object]:
    """What of the hubs spans Regions, or is one for the account; gives what of it is exported, by hub."""
    hubs = base.settings.hubs
    exported: dict[str, object] = {}
    if hubs.delivery is not None:
        delivery.build_foundation(base, hubs.delivery)
    if hubs.administration is not None:
        administration.build_foundation(base, hubs.administration)
    if hubs.reporting is not None:
        reporting.build_foundation(base, hubs.reporting)
    if hubs.data is not None:
        exported["data"] = data.build_foundation(base, hubs.data)
    return exported


def build_region_hubs(base: RegionBase) -> None:
    """What of the hubs a Region runs. A hub knows the base and nothing of another hub: each can be left out."""
    hubs = base.settings.hubs
    if hubs.network is not None:
        network.build_region(base, hubs.network)
    if hubs.security is not None:
        security.build_region(base, hubs.security)
    if hubs.reporting is not None:
        reporting.build_region(base, hubs.reporting)
    if hubs.administration is not None:
        administration.build_region(base, hubs.administration)
    if hubs.data is not None:
        data.build_region(base, hubs.data)
    if hubs.risk is not None:
        risk.build_region(base, hubs.risk)
    if hubs.monitoring is not None:
        monitoring.build_region(base, hubs.monitoring)
