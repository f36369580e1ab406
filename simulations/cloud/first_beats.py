"""Each Region's first word: who deploys need not wait for the first minute of its schedule to know that it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulations.cloud.graph import StackGraph

EXPORT = "recovery_tick_queue_url"
TICK = '{"fan_out": true}'
"""As the schedule sends it: the function sends itself the ticks of the next two minutes."""


def ask_for_first_beats(graphs: Iterable[StackGraph], endpoint: str, account_id: str) -> None:
    """Send each Region one tick of recovery, ahead of its schedule; nothing where a stack has no such queue."""
    for graph in graphs:
        if EXPORT in graph.exports:
            cloud = Cloud(endpoint, account_id, str(graph.exports["region"]))
            cloud.call("sqs", "send_message", QueueUrl=str(graph.exports[EXPORT]), MessageBody=TICK)
