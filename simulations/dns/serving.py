"""DNS put together for the server's process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulations.dns.checker import HealthChecker, HttpProbe
from simulations.dns.checks import CheckStates
from simulations.dns.emulated import EmulatedZones
from simulations.dns.pages import WithDns

if TYPE_CHECKING:
    from simulations.cloud.asgi import Application


def with_dns(gate: Application, origin: str) -> Application:
    """The gate with DNS beside it. `origin`: where it answers, without a slash at the end."""
    zones, states = EmulatedZones(), CheckStates(time.time)
    return WithDns(gate, zones, states, HealthChecker(zones, states, HttpProbe(origin), time.monotonic), origin)
