"""Every hub that the environment's settings have, in the foundation and in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from stacks.hubs import administration, data, delivery, integration, monitoring, network, reporting, risk, security

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.hubs.base import FoundationBase, RegionBase

Base = TypeVar("Base")
Of = TypeVar("Of")
Made = TypeVar("Made")


def build_foundation_hubs(base: FoundationBase) -> dict[str, object]:
    """What of the hubs spans Regions, or is one for the account; gives what of it is exported, by hub."""
    hubs = base.settings.hubs
    _build(delivery.build_foundation, base, hubs.delivery)
    _build(administration.build_foundation, base, hubs.administration)
    _build(reporting.build_foundation, base, hubs.reporting)
    exported = {
        "data": _build(data.build_foundation, base, hubs.data),
        "integration": _build(integration.build_foundation, base, hubs.integration),
    }
    return {hub: exports for hub, exports in exported.items() if exports is not None}


def build_region_hubs(base: RegionBase) -> None:
    """What of the hubs a Region runs. A hub knows the base and nothing of another hub: each can be left out."""
    hubs = base.settings.hubs
    _build(network.build_region, base, hubs.network)
    _build(security.build_region, base, hubs.security)
    _build(reporting.build_region, base, hubs.reporting)
    _build(administration.build_region, base, hubs.administration)
    _build(data.build_region, base, hubs.data)
    _build(risk.build_region, base, hubs.risk)
    _build(monitoring.build_region, base, hubs.monitoring)
    _build(integration.build_region, base, hubs.integration)


def _build(build: Callable[[Base, Of], Made], base: Base, settings: Of | None) -> Made | None:
    """A hub without a section of the settings is not there."""
    return None if settings is None else build(base, settings)
