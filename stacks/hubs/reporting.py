"""The reporting hub: in each Region, and what the account has once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.reporting.batch_processing import BatchProcessing, BatchProcessingArgs
from components.reporting.dashboards import DashboardAccount, DashboardAccountArgs, Dashboards, DashboardsArgs
from components.reporting.data_catalogue import DataCatalogue, DataCatalogueArgs
from components.reporting.data_sharing import DataSharing, DataSharingArgs
from components.reporting.datasets import Datasets, DatasetsArgs
from components.reporting.query_engine import QueryEngine, QueryEngineArgs
from components.reporting.search_index import SearchIndex, SearchIndexArgs
from components.reporting.warehouse import Warehouse, WarehouseArgs
from components.security.operator_grants import Operator

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase, RegionBase
    from stacks.hubs.reporting_settings import ReportingSettings


def build_foundation(base: FoundationBase, settings: ReportingSettings) -> None:
    """The account's subscription to QuickSight, in the first Region: it can be in one alone."""
    args = DashboardAccountArgs(base.names, settings.notified, base.settings.deletion_protection)
    home = base.settings.regions[0]
    DashboardAccount("dashboards", args, pulumi.ResourceOptions(provider=base.providers[home]))


def build_region(base: RegionBase, settings: ReportingSettings) -> None:
    """Data, what describes it, and what asks it."""
    names, protect, opts = base.names, base.settings.deletion_protection, base.opts
    vpc_id, subnet_ids = base.network.vpc_id, tuple(base.network.subnet_ids)
    datasets = Datasets(
        "datasets", DatasetsArgs(names, base.region, base.settings.payloads.retention_days, protect), opts
    )
    DataCatalogue("data-catalogue", DataCatalogueArgs(names, base.region, datasets), opts)
    queries = QueryEngine("queries", QueryEngineArgs(names, datasets, settings.scan_limit_mib, not protect), opts)
    batch = BatchProcessing("batch", BatchProcessingArgs(names, vpc_id, subnet_ids, settings.batch_cpus), opts)
    warehouse = Warehouse(
        "warehouse",
        WarehouseArgs(
            names=names,
            region=base.region,
            datasets=datasets,
            vpc_id=vpc_id,
            subnet_ids=subnet_ids,
            capacity=settings.warehouse_units,
            largest_capacity=settings.warehouse_largest_units,
            protect=protect,
        ),
        opts,
    )
    for name, group in (("batch", batch.group), ("warehouse", warehouse.group)):
        base.network.let_out(name, group, gateways=("s3",))
    SearchIndex(
        "search",
        SearchIndexArgs(
            names=names,
            key_arn=datasets.key_arn,
            vpc_id=vpc_id,
            subnet_ids=subnet_ids,
            reader_arns=(base.foundation.operator_role_arns[Operator.AUDIT],),
            standby=protect,
            protect=protect,
        ),
        opts,
    )
    Dashboards("dashboards", DashboardsArgs(names, queries.workgroup_name), opts)
    DataSharing("sharing", DataSharingArgs(names), opts)
