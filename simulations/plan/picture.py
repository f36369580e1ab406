"""The graph reduced to what a person draws: the services a message passes, and who refers to whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.plan.summary import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulations.cloud.graph import ResourceNode, StackGraph

# What is drawn, and what a reader calls it.
SHOWN: Mapping[str, str] = {
    "aws:apigateway/restApi:RestApi": "API Gateway",
    "aws:cognito/userPool:UserPool": "Cognito user pool",
    "aws:dynamodb/table:Table": "DynamoDB global table",
    "aws:kms/key:Key": "KMS key",
    "aws:kms/replicaKey:ReplicaKey": "KMS replica key",
    "aws:lambda/function:Function": "Lambda",
    "aws:s3/bucket:Bucket": "S3 bucket",
    "aws:sns/topic:Topic": "SNS topic",
    "aws:scheduler/schedule:Schedule": "Scheduler, once a minute",
    "aws:sqs/queue:Queue": "SQS FIFO queue",
}
# Where an arrow starts (None: at the resource itself) and ends: the inputs that name both.
ENDS: Mapping[str, tuple[str | None, str]] = {
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
class Shape:
    """A service drawn: its key (unique in the picture), its group (a stack or Region), and its two lines of text."""

    key: str
    group: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: shapes, and arrows between their keys."""

    shapes: tuple[Shape, ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in drawing order."""
        return tuple(dict.fromkeys(shape.group for shape in self.shapes))


def draw(graphs: Sequence[StackGraph]) -> Picture:
    """The picture of an environment."""
    shown = [(graph, node) for graph in graphs for node in graph.resources if node.type in SHOWN]
    keys = {node.urn: f"n{index}" for index, (_, node) in enumerate(shown)}
    shapes = tuple(Shape(keys[node.urn], _group(graph, node), node.name, _kind(node)) for graph, node in shown)
    known = _identifiers(graphs, [node for _, node in shown])
    found = {arrow for graph in graphs for node in graph.resources for arrow in _arrows(node, graph.stack, known)}
    arrows = sorted((keys[start], keys[end]) for start, end in found if start != end)
    return Picture(shapes, tuple(arrows))


def _kind(node: ResourceNode) -> str:
    if node.type == "aws:sqs/queue:Queue" and not node.inputs.get("fifoQueue"):
        return "SQS queue"
    return SHOWN[node.type]


def _group(graph: StackGraph, node: ResourceNode) -> str:
    return f"{graph.stack} in {node.region}" if graph.stack.endswith("-foundation") else graph.stack


def _identifiers(graphs: Sequence[StackGraph], shown: Sequence[ResourceNode]) -> dict[tuple[str, str], str]:
    """Who is meant by an ARN, URL or id. Names repeat across Regions, so a stack's own come first."""
    known: dict[tuple[str, str], str] = {}
    drawn = {node.urn for node in shown}
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


def _arrows(node: ResourceNode, stack: str, known: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    ends = ENDS.get(node.type)
    if ends is None:
        return
    start, end = ends
    sources = [node.urn] if start is None else list(_meant(node.inputs.get(start), stack, known))
    yield from ((source, target) for source in sources for target in _meant(node.inputs.get(end), stack, known))


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
