"""The graph as counts and as a JSON document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulations.cloud.graph import ResourceNode, StackGraph


def hub_of(node: ResourceNode) -> str:
    """The hub of the outermost component that is not a building block: `payment`, `security`, or `stack`."""
    ancestry = node.urn.split("::")[2].split("$")[:-1]
    hubs = [kind.split(":")[1] for kind in ancestry if kind.startswith("twinrail:")]
    return next((hub for hub in hubs if hub != "blocks"), hubs[0] if hubs else "stack")


def _region(node: ResourceNode) -> str:
    return node.region or "global"


def summary_lines(graphs: Sequence[StackGraph]) -> Iterable[str]:
    """A table per stack: hub, Region, type, count; then every resource by name; then the sum."""
    total = 0
    for graph in graphs:
        own = graph.resources
        total += len(own)
        yield f"{graph.stack}: {len(own)} resources"
        counts = Counter((hub_of(node), _region(node), node.type) for node in own)
        for (hub, region, kind), count in sorted(counts.items()):
            yield f"  {hub:<12} {region:<12} {kind:<60} {count:>4}"
        for node in sorted(own, key=lambda each: (each.type, each.name)):
            protected = "  protected" if node.protect else ""
            yield f"    {node.type:<60} {node.name}{protected}"
    yield f"{total} resources in {len(graphs)} stacks"


def as_json(graphs: Sequence[StackGraph]) -> dict[str, Any]:
    """Every node with its place, dependencies and inputs. Archives are named by their path."""
    return {
        "stacks": [
            {
                "stack": graph.stack,
                "resources": [_node_json(node) for node in graph.nodes],
                "exports": sorted(graph.exports),
            }
            for graph in graphs
        ]
    }


def _node_json(node: ResourceNode) -> dict[str, Any]:
    return {
        "urn": node.urn,
        "type": node.type,
        "name": node.name,
        "hub": hub_of(node),
        "region": node.region,
        "parent": node.parent,
        "custom": node.custom,
        "protect": node.protect,
        "dependencies": sorted(node.dependencies),
        "inputs": {key: plain(value) for key, value in sorted(node.inputs.items())},
    }


def plain(value: Any) -> Any:
    """A value without archives: each is named by its path or its kind."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return f"<{type(value).__name__} {getattr(value, 'path', '')}>".replace(" >", ">")
