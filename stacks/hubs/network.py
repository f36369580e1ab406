"""The network to the outside, in a Region: what may leave, names within, systems on premises, what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.network.egress import Egress, EgressArgs
from components.network.network_logs import NetworkLogs, NetworkLogsArgs
from components.network.on_premises import OnPremises, OnPremisesArgs
from components.network.private_names import Forwarding, PrivateNames, PrivateNamesArgs

if TYPE_CHECKING:
    from stacks.hubs.base import RegionBase
    from stacks.hubs.network_settings import NetworkHubSettings


def build_region(base: RegionBase, settings: NetworkHubSettings) -> None:
    """The Region's own network, opened as far as the settings say."""
    own, protect = base.settings, base.settings.deletion_protection
    logs = NetworkLogs(
        "network-logs",
        NetworkLogsArgs(
            names=base.names,
            region=base.region,
            vpc_id=base.network.vpc_id,
            retention_days=own.payloads.retention_days,
            log_retention_days=own.log_retention_days,
            lock_mode=own.payloads.lock_mode,
            lock_days=own.payloads.lock_days,
            protect=protect,
        ),
        base.opts,
    )
    egress = Egress(
        "egress",
        EgressArgs(
            names=base.names,
            region=base.region,
            vpc_id=base.network.vpc_id,
            settings=own.network[base.region],
            allowed_domains=settings.allowed_domains,
            logs=logs,
            protect=protect,
        ),
        base.opts,
    )
    for service in ("s3", "dynamodb"):
        base.network.let_tables_to(service, egress.service_routes)
    there = settings.on_premises
    PrivateNames(
        "private-names",
        PrivateNamesArgs(
            names=base.names,
            domain=settings.internal_domain,
            vpc_id=base.network.vpc_id,
            subnet_ids=tuple(base.network.subnet_ids),
            forwarding=None if there is None else Forwarding(there.domain, there.servers),
            logs=logs,
            protect=protect,
        ),
        base.opts,
    )
    if there is not None:
        tables = {f"service-{zone}": each.id for zone, each in egress.service_routes.items()}
        tables["isolated"] = base.network.route_table_id
        OnPremises("on-premises", OnPremisesArgs(base.network.vpc_id, there.gateways, tables, logs), base.opts)
