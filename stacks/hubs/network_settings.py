"""The settings of the way out: what may be called, names within, systems on premises."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from components.network.on_premises import Gateway
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stacks.settings_file import Section

DOMAIN = r"[a-z0-9-]+(\.[a-z0-9-]+)+"
LARGEST_PLAIN_ASN = 2_147_483_647
"""What `bgpAsn` of a customer gateway takes."""


@dataclass(frozen=True, slots=True)
class OnPremisesSettings:
    """`domain`: whose names `servers` there know. `gateways`: where tunnels end, by name."""

    domain: str
    servers: tuple[str, ...]
    gateways: Mapping[str, Gateway]


@dataclass(frozen=True, slots=True)
class NetworkHubSettings:
    """`internal_domain`: of the private zone. `allowed_domains`: what services may call; a leading point stands for all
    names below. `on_premises`: None where there is nothing."""

    internal_domain: str
    allowed_domains: tuple[str, ...]
    on_premises: OnPremisesSettings | None


def read_network(section: Section, premises: Collection[str]) -> NetworkHubSettings:
    """The settings; raises SettingsError. `premises`: the ranges there."""
    return NetworkHubSettings(
        internal_domain=section.text("internal_domain", DOMAIN, "a domain"),
        allowed_domains=section.texts(
            "allowed_domains", rf"\.?{DOMAIN}", "a domain, with a point before it for all below"
        ),
        on_premises=_on_premises(section, premises),
    )


def _on_premises(section: Section, premises: Collection[str]) -> OnPremisesSettings | None:
    if section.values["on_premises"] is None:
        return None
    own = section.section("on_premises", keys_of(OnPremisesSettings))
    servers = own.texts("servers", r"[\d.]+", "an IPv4 address")
    for server in servers:
        if not any(_address(own, "servers", server) in IPv4Network(each) for each in premises):
            own.refuse("servers", f"{server} is in none of premises", "a server on premises")
    return OnPremisesSettings(
        domain=own.text("domain", DOMAIN, "a domain"),
        servers=servers,
        gateways=_gateways(own.section("gateways")),
    )


def _address(section: Section, key: str, text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError:
        section.refuse(key, f"{text!r} is no address", "an IPv4 address such as 203.0.113.10")


def _gateways(section: Section) -> Mapping[str, Gateway]:
    if not section.values:
        section.refuse("", "no gateway", "one at least")
    gateways = {}
    for name in section.values:
        own = section.section(name, keys_of(Gateway))
        address = _address(own, "address", own.text("address", r"[\d.]+", "an IPv4 address"))
        gateways[name] = Gateway(str(address), own.whole("asn", 1, LARGEST_PLAIN_ASN))
    return gateways
