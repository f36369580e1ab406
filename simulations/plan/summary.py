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


def summary_lines(graphs: Sequence[StackGraph]) -> Iterable[str]:
    """Every resource by stack: hub, Region, type, name. Then the sums by stack and type."""
    for graph in graphs:
        yield f"{graph.stack}: {len(graph.resources)} resources"
        for node in sorted(graph.resources, key=lambda each: (hub_of(each), each.region or "", each.type, each.name)):
            protected = "  protected" if node.protect else ""
            yield f"  {hub_of(node):<10} {node.region or 'global':<11} {node.type:<64} {node.name}{protected}"
    counts = Counter(node.type for graph in graphs for node in graph.resources)
    yield "by type:"
    for kind, count in sorted(counts.items()):
        yield f"  {kind:<64} {count:>4}"
    yield f"{counts.total()} resources in {len(graphs)} stacks"


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
