"""The hubs of an environment, each with settings of its own, or none: then nothing of it is built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from components.administration.delivery_pipeline import DeliverySettings
from stacks.hubs.administration_settings import AdministrationSettings, read_administration
from stacks.hubs.data_settings import DataSettings, read_data
from stacks.hubs.delivery_settings import read_delivery
from stacks.hubs.integration_settings import IntegrationSettings, read_integration
from stacks.hubs.monitoring_settings import MonitoringSettings, read_monitoring
from stacks.hubs.network_settings import NetworkHubSettings, read_network
from stacks.hubs.reporting_settings import ReportingSettings, read_reporting
from stacks.hubs.risk_settings import RiskSettings, read_risk
from stacks.hubs.security_settings import SecuritySettings, read_security
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from components.network.private_network import NetworkSettings
    from stacks.settings_file import Section

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Of each hub its settings; None for one that the environment does not have."""

    network: NetworkHubSettings | None
    security: SecuritySettings | None
    reporting: ReportingSettings | None
    administration: AdministrationSettings | None
    delivery: DeliverySettings | None
    data: DataSettings | None
    risk: RiskSettings | None
    monitoring: MonitoringSettings | None
    integration: IntegrationSettings | None


def read_hubs(
    section: Section,
    networks: Mapping[str, NetworkSettings],
    participants: Collection[str],
    premises: Collection[str],
) -> HubSettings:
    """The hubs' settings. A hub that is not named, or is null, is not there.

    `networks` are the Regions' own. `participants`: the API's clients. `premises`: ranges of
    systems on premises.

    Raises:
        SettingsError: an unknown hub, or something in a hub's section breaks a rule.

    """
    for key in section.values:
        if key not in keys_of(HubSettings):
            section.refuse(key, "unknown hub", f"one of {', '.join(sorted(keys_of(HubSettings)))}")
    return HubSettings(
        network=_hub(
            section,
            "network",
            NetworkHubSettings,
            lambda own: read_network(own, premises),
        ),
        security=_hub(section, "security", SecuritySettings, read_security),
        reporting=_hub(section, "reporting", ReportingSettings, read_reporting),
        administration=_hub(section, "administration", AdministrationSettings, read_administration),
        delivery=_hub(section, "delivery", DeliverySettings, read_delivery),
        data=_hub(section, "data", DataSettings, lambda own: read_data(own, networks)),
        risk=_hub(section, "risk", RiskSettings, lambda own: read_risk(own, tuple(networks))),
        monitoring=_hub(section, "monitoring", MonitoringSettings, read_monitoring),
        integration=_hub(
            section, "integration", IntegrationSettings, partial(read_integration, participants=participants)
        ),
    )


def _hub(section: Section, key: str, kind: type[T], read: Callable[[Section], T]) -> T | None:
    return None if section.values.get(key) is None else read(section.section(key, keys_of(kind)))
