"""The settings of the data manager."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from components.data.storage import ArchiveSettings
from stacks.bounds import LONGEST_DAYS, LONGEST_HOURS, read_scan_limit
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.network.private_network import NetworkSettings
    from stacks.settings_file import Section

TIER_DAYS = 90
"""What Glacier's classes are paid for at least: an object that goes on sooner is paid for twice."""
NODE_TYPE = r"cache\.(m5|m6g|m7g|r5|r6g|r7g|c7gn)\.(large|\d*xlarge)"
"""ElastiCache User Guide, "Prerequisites and limitations" of global datastores: none smaller, none with burst."""


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """`nodes`: in each Region. `networks`: of each Region the range that its part of the cache is in."""

    node_type: str
    nodes: int
    networks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DataSettings:
    """`hot_days`: how long data is asked before it is gone from hot storage. `stream_hours`: of the stream's records.

    `scan_limit_mib`: what one query may read.
    """

    cache: CacheSettings
    archive: ArchiveSettings
    hot_days: int
    stream_hours: int
    scan_limit_mib: int


def read_data(section: Section, networks: Mapping[str, NetworkSettings]) -> DataSettings:
    """The settings; `networks` are the Regions' own. Raises SettingsError."""
    return DataSettings(
        cache=_cache(section.section("cache", keys_of(CacheSettings)), networks),
        archive=_archive(section.section("archive", keys_of(ArchiveSettings))),
        hot_days=section.whole("hot_days", 1, LONGEST_DAYS),
        stream_hours=section.whole("stream_hours", 24, LONGEST_HOURS),
        scan_limit_mib=read_scan_limit(section),
    )


def _cache(section: Section, networks: Mapping[str, NetworkSettings]) -> CacheSettings:
    ranges = section.section("networks", frozenset(networks))
    taken = [IPv4Network(each.cidr) for each in networks.values()]
    for region in networks:
        taken.append(_range(ranges, region, taken))
    return CacheSettings(
        node_type=section.text("node_type", NODE_TYPE, "a type of node that a global datastore takes"),
        # One that is written and up to five that follow; two at least, for another to be there when one is not.
        nodes=section.whole("nodes", 2, 6),
        networks={region: str(ranges.values[region]) for region in networks},
    )


def _range(ranges: Section, region: str, taken: list[IPv4Network]) -> IPv4Network:
    form = "a range of its own such as 10.22.0.0/24"
    text = ranges.text(region, r"10(\.\d{1,3}){3}/24", form)
    try:
        own = IPv4Network(text)
    except ValueError:
        ranges.refuse(region, f"{text} is no range", form)
    if any(own.overlaps(each) for each in taken):
        ranges.refuse(region, f"{text} is in another network's range", form)
    return own


def _archive(section: Section) -> ArchiveSettings:
    instant = section.whole("instant_days", 0, LONGEST_DAYS)
    flexible = section.whole("flexible_days", instant + TIER_DAYS, LONGEST_DAYS)
    deep = section.whole("deep_days", flexible + TIER_DAYS, LONGEST_DAYS)
    return ArchiveSettings(instant, flexible, deep, section.whole("days", deep + 1, LONGEST_DAYS))
