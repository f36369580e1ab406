"""The event streams of this server, one for a Region: opened, stopped and started by faults, closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.cloud.broker import Relay, start_broker
from simulations.cloud.postgres import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

    from simulations.cloud.broker import Broker


@dataclass(frozen=True, slots=True)
class _Stream:
    broker: Broker
    relay: Relay


class EventStreams:
    """Brokers and relays by Region. Used by the server's event loop alone."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._streams: dict[str, _Stream] = {}

    async def open(self, region: str) -> dict[str, str | bool]:
        """Start a Region's broker, unless it runs; where clients find it.

        Raises EmulatorError when it does not come up.
        """
        if region not in self._streams:
            relay = Relay()
            try:
                broker = await start_broker(self._directory / region, advertised_port=relay.port)
            except BaseException:
                relay.stop()
                raise
            await relay.start(broker.port)
            self._streams[region] = _Stream(broker, relay)
        return self._document(region)

    def switch(self, region: str, *, reachable: bool) -> None:
        """Cut clients off a Region's stream, or let them to it again; what it holds stays. Nothing without a stream."""
        if region in self._streams:
            relay = self._streams[region].relay
            relay.restore() if reachable else relay.cut()

    def close(self, region: str) -> None:
        """End a Region's broker with all that it holds; nothing where there is none."""
        stream = self._streams.pop(region, None)
        if stream is not None:
            stream.relay.stop()
            stream.broker.stop()

    def documents(self) -> list[dict[str, str | bool]]:
        """Every stream: its Region, where clients find it, whether they reach it."""
        return [self._document(region) for region in sorted(self._streams)]

    def close_all(self) -> None:
        """End all of them."""
        for region in list(self._streams):
            self.close(region)

    def _document(self, region: str) -> dict[str, str | bool]:
        relay = self._streams[region].relay
        return {"region": region, "bootstrap_servers": f"{LOOPBACK}:{relay.port}", "reachable": relay.reachable}
