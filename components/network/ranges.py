"""How a Region's range is divided among the tiers of its network: the one place that knows.

A /16 has sixteen /20. The first three are the isolated subnets, the next three those of services that call out; the
last one is cut smaller for what stands between them and the internet.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

ZONES = 3
SUBNET_BITS = 4
"""Of a /16: /20."""
EGRESS_BITS = 4
"""Of a /20: /24, which is large for a gateway, and as small as is easy to read."""
FIREWALL_BITS = 4
"""Of a /24: /28, which is what a firewall's endpoint needs (Network Firewall Developer Guide, "VPC subnets")."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Of each tier a range for each zone, in the zones' order. isolated: without a way out; service: out through NAT;
    egress: where the NAT gateways are; firewall: where the firewall's endpoints are."""

    isolated: tuple[str, ...]
    service: tuple[str, ...]
    egress: tuple[str, ...]
    firewall: tuple[str, ...]


def ranges_of(cidr: str) -> Ranges:
    """The ranges within a /16."""
    wide = list(IPv4Network(cidr).subnets(prefixlen_diff=SUBNET_BITS))
    middle = list(wide[-1].subnets(prefixlen_diff=EGRESS_BITS))
    small = list(middle[-1].subnets(prefixlen_diff=FIREWALL_BITS))

    def first(ranges: list[IPv4Network], begin: int = 0) -> tuple[str, ...]:
        return tuple(str(each) for each in ranges[begin : begin + ZONES])

    return Ranges(first(wide), first(wide, ZONES), first(middle), first(small))
