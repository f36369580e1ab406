"""The graph reduced to what a person draws: the services a message passes, and who refers to whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.plan.scope import WHOLE
from simulations.plan.summary import plain

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from simulations.cloud.graph import ResourceNode, StackGraph
    from simulations.plan.scope import Scope, Shape

# Where an arrow starts (None: at the resource itself) and ends: the inputs that name both.
ENDS: Mapping[str, tuple[str | None, str | None]] = {
    "aws:apigateway/restApi:RestApi": (None, "body"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("eventSourceArn", "functionName"),
    "aws:lambda/function:Function": (None, "environment"),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ("bucket", "rules"),
    "aws:scheduler/schedule:Schedule": (None, "target"),
    "aws:sqs/redrivePolicy:RedrivePolicy": ("queueUrl", "redrivePolicy"),
}
# A key is used by nearly everything: its arrows would hide the message's way.
ALIAS = "aws:lambda/alias:Alias"
WITHOUT_ARROWS = frozenset({"aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"})


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: shapes, and arrows between their keys."""

    shapes: tuple[Shape, ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in drawing order."""
        return tuple(dict.fromkeys(shape.group for shape in self.shapes))


def draw(graphs: Sequence[StackGraph], scope: Scope = WHOLE) -> Picture:
    """The picture of an environment, or of a part of it with what it is tied to.

    Raises:
        UnknownPart: the environment has no such part.

    """
    placed = scope.place(graphs)
    known = _identifiers(graphs, placed.shape_of)
    ties = (tie for graph in graphs for node in graph.resources for tie in _ties(node, graph.stack, known))
    found = {(placed.shape_of[start], placed.shape_of[end]) for start, end in ties if start in placed.shape_of}
    arrows = sorted((start, end) for start, end in found if start != end and placed.inside & {start, end})
    shown = placed.inside.union(*arrows)
    return Picture(tuple(shape for shape in placed.shapes if shape.key in shown), tuple(arrows))


def _identifiers(graphs: Sequence[StackGraph], drawn: Container[str]) -> dict[tuple[str, str], str]:
    """Who is meant by an ARN, URL or id. Names repeat across Regions, so a stack's own come first."""
    known: dict[tuple[str, str], str] = {}
    for graph in graphs:
        for node in graph.resources:
            if node.urn in drawn:
                _learn(known, graph.stack, node, node.urn)
    # An alias is drawn as the function that it points at.
    for graph in graphs:
        for node in graph.resources:
            function = known.get((graph.stack, str(node.inputs.get("functionName")))) if node.type == ALIAS else None
            if function is not None:
                _learn(known, graph.stack, node, function)
    return known


def _learn(known: dict[tuple[str, str], str], stack: str, node: ResourceNode, urn: str) -> None:
    for value in (node.id, *(node.outputs.get(name) for name in ("arn", "url", "invokeArn"))):
        if isinstance(value, str):
            known[(stack, value)] = urn
            known.setdefault(("", value), urn)


def _ties(node: ResourceNode, stack: str, known: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """From where what passes goes to where, if that is known of the type; else from a resource to what it names."""
    if node.type in WITHOUT_ARROWS:
        return
    start, end = ENDS.get(node.type, (None, None))
    sources = [node.urn] if start is None else list(_meant(node.inputs.get(start), stack, known))
    named = node.inputs if end is None else node.inputs.get(end)
    yield from ((source, target) for source in sources for target in _meant(named, stack, known))


def _meant(value: object, stack: str, known: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for text in strings(value):
        urn = known.get((stack, text)) or known.get(("", text))
        if urn is not None and node_type(urn) not in WITHOUT_ARROWS:
            yield urn


def node_type(urn: str) -> str:
    """The resource type that a URN ends with."""
    return urn.split("::")[2].rsplit("$", maxsplit=1)[-1]


def strings(value: Any) -> Iterator[str]:
    """Every text inside a value, JSON documents in texts included; of an integration's URI, the function's ARN."""
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value
        if value.startswith(("{", "[")):
            yield from strings(_parsed(value))
    elif value is not None and not isinstance(value, (bool, int, float)):
        yield from strings(plain(value))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
