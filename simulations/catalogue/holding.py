"""The catalogue held against a plan: what it says is built is there, and nothing is there that it does not know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulations.catalogue.rows import Row
    from simulations.cloud.graph import ResourceNode, StackGraph

FOUNDATION = "-foundation"
PROVIDERS = "pulumi:"


@dataclass(frozen=True, slots=True)
class _Place:
    """A stack of the plan, its resources by what a row may name: a component and a resource type or block in it."""

    stack: str
    named: Mapping[tuple[str, str], Sequence[ResourceNode]]
    types: Mapping[str, str]


def faults(rows: Sequence[Row], graphs: Sequence[StackGraph]) -> list[str]:
    """What is not so, a sentence each."""
    places = [_place(graph) for graph in graphs]
    return [
        *(fault for row in rows for place in _places_of(row, places) for fault in _missing(row, place)),
        *(fault for row in rows for place in _places_of(row, places) for fault in _loose(row, place)),
        *_unknown(rows, graphs),
    ]


def _place(graph: StackGraph) -> _Place:
    named: dict[tuple[str, str], list[ResourceNode]] = defaultdict(list)
    for node in graph.resources:
        for pair in _pairs(node):
            named[pair].append(node)
    return _Place(graph.stack, named, {node.urn: node.type for node in graph.nodes})


def _pairs(node: ResourceNode) -> Iterator[tuple[str, str]]:
    """Every component that the resource is in, with its own type and with each component between."""
    *components, own = node.urn.split("::")[2].split("$")
    for position, component in enumerate(components):
        for within in (*components[position + 1 :], own):
            yield component, within


def _places_of(row: Row, places: Sequence[_Place]) -> Iterator[_Place]:
    for place in places:
        if row.layer is not None and place.stack.endswith(FOUNDATION) == (row.layer == "foundation"):
            yield place


def _missing(row: Row, place: _Place) -> Iterator[str]:
    for component, types in row.parts.items():
        for kind in types:
            if not place.named.get((component, kind)):
                yield f"{row.container}, {row.name}: {place.stack} has no {kind} in a {component}"


def _loose(row: Row, place: _Place) -> Iterator[str]:
    own = [
        node
        for component, types in row.parts.items()
        for kind in types
        for node in place.named.get((component, kind), ())
    ]
    for wire in row.wires:
        start, end = wire.split(" -> ")
        tied = (place.types.get(urn) for node in own if node.type == start for urn in node.dependencies)
        if end not in tied:
            yield f"{row.container}, {row.name}: in {place.stack} no {start} of it is made from a {end}"


def _unknown(rows: Sequence[Row], graphs: Sequence[StackGraph]) -> Iterator[str]:
    known = {(component, kind) for row in rows for component, types in row.parts.items() for kind in types}
    for graph in graphs:
        for node in graph.resources:
            if not node.type.startswith(PROVIDERS) and known.isdisjoint(_pairs(node)):
                yield f"{graph.stack}: {node.type} {node.name} is of no row of the catalogue"
