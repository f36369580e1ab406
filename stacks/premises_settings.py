"""The ranges of systems on premises: what VPN and firewall rules of every hub are about."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.network.private_network import NetworkSettings
    from stacks.settings_file import Section

KEY = "premises"
FORM = r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}"
EXPECTED = "a private range such as 172.16.0.0/16"


def read_premises(file: Section, networks: Mapping[str, NetworkSettings]) -> tuple[str, ...]:
    """The ranges; none where the key is null.

    Raises:
        SettingsError: what is no private range, or is part of a Region's network.

    """
    if file.values[KEY] is None:
        return ()
    ranges = file.texts(KEY, FORM, EXPECTED)
    for text in ranges:
        found = _range(file, text)
        for network in networks.values():
            if found.overlaps(IPv4Network(network.cidr)):
                file.refuse(KEY, f"{text} overlaps {network.cidr}", "ranges that no Region's network has")
    return ranges


def _range(file: Section, text: str) -> IPv4Network:
    try:
        found = IPv4Network(text)
    except ValueError:
        file.refuse(KEY, f"{text!r} is no range", EXPECTED)
    if not found.is_private:
        file.refuse(KEY, f"{text} is not private", EXPECTED)
    return found
