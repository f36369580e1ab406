"""The schedules of ticks, brought forward: who deploys, or holds a drill, need not wait for their next minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulations.cloud.graph import StackGraph

RECOVERY_TICKS = "recovery_tick_queue_url"
TIMEOUT_TICKS = "tick_queue_url"
"""Where a Region's stack says that the ticks of recovery, and of timeouts and missing copies, are sent."""
TICK = '{"fan_out": true}'
"""As a schedule sends it: the function sends itself the ticks of the next two minutes."""


def fire(cloud: Cloud, queue_url: str) -> None:
    """What a schedule does once a minute, now."""
    cloud.call("sqs", "send_message", QueueUrl=queue_url, MessageBody=TICK)


def ask_for_first_beats(graphs: Iterable[StackGraph], endpoint: str, account_id: str) -> None:
    """Have each Region say its first word; nothing where a stack has no such queue."""
    for graph in graphs:
        if RECOVERY_TICKS in graph.exports:
            region = str(graph.exports["region"])
            fire(Cloud(endpoint, account_id, region), str(graph.exports[RECOVERY_TICKS]))
