"""The data manager: what spans Regions, and what a Region has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.blocks.firehose import firehose_log_group
from components.blocks.stream import StreamArgs
from components.data.cache_link import CacheLink, CacheLinkArgs
from components.data.cache_network import CacheNetwork, CacheNetworkArgs
from components.data.delivery import Delivery, DeliveryArgs
from components.data.global_cache import GlobalCache, GlobalCacheArgs
from components.data.profiles import Profiles, ProfilesArgs
from components.data.queries import DataQueries, DataQueriesArgs
from components.data.storage import DataStorage, DataStorageArgs
from components.data.stream import DataStream
from components.data.tables import EVENTS, DataTables, DataTablesArgs

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase, RegionBase
    from stacks.hubs.data_settings import DataSettings

TO_HOT, TO_ARCHIVE = "to-hot-data", "to-archive"


def build_foundation(base: FoundationBase, settings: DataSettings) -> dict[str, object]:
    """The profiles and the cache, which are one over both Regions; gives what of them is exported."""
    regions, names, protect = base.settings.regions, base.names, base.settings.deletion_protection
    profiles = Profiles(
        "profiles", ProfilesArgs(names, regions, base.settings.witness, base.providers, protect=protect)
    )
    networks = {
        region: CacheNetwork(
            f"cache-{region}",
            CacheNetworkArgs(names, region, settings.cache.networks[region], base.settings.network[region].zones),
            pulumi.ResourceOptions(provider=base.providers[region]),
        )
        for region in regions
    }
    cache = GlobalCache(
        "cache",
        GlobalCacheArgs(
            names=names,
            regions=regions,
            providers=base.providers,
            networks=networks,
            node_type=settings.cache.node_type,
            nodes=settings.cache.nodes,
            protect=protect,
        ),
    )
    return {
        "profiles_table_name": profiles.table.table_name,
        "profiles_table_arns": profiles.table.arns,
        "profiles_key_arns": profiles.key.arns,
        "caches": {
            region: {
                "vpc_id": network.vpc_id,
                "route_table_id": network.route_table_id,
                "group_id": network.group_id,
                "endpoint": cache.endpoints[region],
            }
            for region, network in networks.items()
        },
    }


def build_region(base: RegionBase, settings: DataSettings) -> None:
    """The way to the cache; the stream, and where it is carried to and asked."""
    names, region, protect, opts = base.names, base.region, base.settings.deletion_protection, base.opts
    if base.foundation.data is None:
        raise ValueError(f"{region}: the foundation's outputs were read without the data manager's")
    CacheLink(
        "cache",
        CacheLinkArgs(
            names=names,
            vpc_id=base.network.vpc_id,
            route_table_id=base.network.route_table_id,
            cidr=base.settings.network[region].cidr,
            cache=base.foundation.data.cache,
            cache_cidr=settings.cache.networks[region],
        ),
        opts,
    )
    storage = DataStorage(
        "data-storage",
        DataStorageArgs(
            names=names,
            region=region,
            hot_days=settings.hot_days,
            archive=settings.archive,
            lock_mode=base.settings.payloads.lock_mode,
            lock_days=base.settings.payloads.lock_days,
            log_group_names=tuple(firehose_log_group(names, each) for each in (TO_HOT, TO_ARCHIVE)),
            protect=protect,
        ),
        opts,
    )
    stream = DataStream(
        "payment-data",
        StreamArgs(names.regional("payment-data"), storage.key_arn, settings.stream_hours, protect),
        opts,
    )
    tables = DataTables("data-tables", DataTablesArgs(names, storage.hot.bucket_name), opts)
    for name, bucket, columns in ((TO_HOT, storage.hot, tables), (TO_ARCHIVE, storage.archive, None)):
        Delivery(
            name,
            DeliveryArgs(
                names=names,
                region=region,
                stream=stream,
                bucket=bucket,
                prefix=EVENTS,
                key_arn=storage.key_arn,
                log_retention_days=base.settings.log_retention_days,
                tables=columns,
            ),
            opts,
        )
    DataQueries("data-queries", DataQueriesArgs(names, storage, settings.scan_limit_mib, not protect), opts)
