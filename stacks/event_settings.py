"""The settings of an environment's event streams, and of the networks that they are in."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from components.network.private_network import NetworkSettings
from components.network.ranges import ZONES
from components.payment.event_stream import StreamSettings
from stacks.bounds import LONGEST_HOURS
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.payment.event_stream import StreamSecurity
    from stacks.settings_file import Section

_PREFIX_BITS = 16
_PRIVATE = IPv4Network("10.0.0.0/8")


def read_networks(section: Section, regions: tuple[str, str]) -> Mapping[str, NetworkSettings]:
    """The Regions' networks, which share no address: they can be joined later.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    networks = {region: _network(section.section(region, keys_of(NetworkSettings))) for region in regions}
    if len({each.cidr for each in networks.values()}) < len(networks):
        section.refuse(regions[1], "the range of another Region", "a range of its own")
    return networks


def _network(section: Section) -> NetworkSettings:
    form = "a range such as 10.20.0.0/16"
    cidr = section.text("cidr", r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}", form)
    try:
        known = IPv4Network(cidr)
    except ValueError:
        known = None
    if known is None or known.prefixlen != _PREFIX_BITS or not known.subnet_of(_PRIVATE):
        section.refuse("cidr", f"{cidr} is no /16 within 10.0.0.0/8", form)
    zones = section.texts("zones", r"[a-f]", "the letter of a zone")
    if len(zones) != ZONES:
        section.refuse("zones", f"{len(zones)} zones", f"{ZONES} different ones: a broker in each")
    return NetworkSettings(cidr, zones)


def read_event_stream(section: Section) -> StreamSettings:
    """The event streams' settings, the same in both Regions.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    security: dict[str, StreamSecurity] = {"plaintext": "plaintext", "iam": "iam"}
    return StreamSettings(
        security=section.choice("security", security),
        kafka_version=section.text("kafka_version", r"\d\.\d+\.(x|\d+)(\.kraft)?", "a version that MSK offers"),
        instance_type=section.text("instance_type", r"(kafka|express)\.[a-z0-9]+\.[a-z0-9]+", "as kafka.m7g.large"),
        storage_gib=section.whole("storage_gib", 1, 16_384),
        partitions=section.whole("partitions", 1, 1_000),
        retention_hours=section.whole("retention_hours", 1, LONGEST_HOURS),
    )
