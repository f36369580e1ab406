"""What of an environment is drawn: all of it by components, one hub, or one component with its neighbours.

Each resource stands for itself, for the component that it is in, or for nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from simulations.plan.summary import hub_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulations.cloud.graph import ResourceNode, StackGraph

# What is drawn of a hub, and what a reader calls it.
SHOWN: Mapping[str, str] = {
    "aws:apigateway/restApi:RestApi": "API Gateway",
    "aws:cognito/userPool:UserPool": "Cognito user pool",
    "aws:dsql/cluster:Cluster": "Aurora DSQL cluster",
    "aws:dynamodb/table:Table": "DynamoDB global table",
    "aws:kms/key:Key": "KMS key",
    "aws:kms/replicaKey:ReplicaKey": "KMS replica key",
    "aws:lambda/function:Function": "Lambda",
    "aws:msk/cluster:Cluster": "MSK cluster",
    "aws:s3/bucket:Bucket": "S3 bucket",
    "aws:sns/topic:Topic": "SNS topic",
    "aws:scheduler/schedule:Schedule": "Scheduler, once a minute",
    "aws:sqs/queue:Queue": "SQS FIFO queue",
}


class UnknownPart(ValueError):
    """No hub or component of the environment is called so. One line: what was asked for, and what there is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn: its key (unique in the picture), its group (a stack or Region), and its two lines of text."""

    key: str
    group: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Placing:
    """`shape_of`: which shape a resource is drawn as, by URN. `inside`: keys of what is drawn without an arrow too."""

    shapes: tuple[Shape, ...]
    shape_of: Mapping[str, str]
    inside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """A hub, or a component by its name or its class (`queues`, `MessageQueues`); neither is the whole environment.

    In a hub only the services that a message passes stand for themselves; in a component every resource does.
    """

    hub: str | None = None
    component: str | None = None

    def place(self, graphs: Sequence[StackGraph]) -> Placing:
        """Where each resource is drawn.

        Raises:
            UnknownPart: there is no such hub or component.

        """
        outermost = _outermost(graphs)
        sizes = Counter(each.urn for each in outermost.values())
        drawn: dict[str, tuple[Shape, bool]] = {}
        shape_of: dict[str, str] = {}
        for graph in graphs:
            for node in graph.resources:
                around = outermost[node.urn]
                inside = self._has(node, around)
                alone = inside and self._alone(node)
                if inside and not alone and self.hub is not None:
                    continue
                subject = node if alone else around
                texts = _own(graph, node) if alone else _whole(graph, around, sizes[around.urn])
                shape, _ = drawn.setdefault(subject.urn, (Shape(f"n{len(drawn)}", *texts), inside))
                shape_of[node.urn] = shape.key
        inner = frozenset(shape.key for shape, inside in drawn.values() if inside)
        if not inner:
            self._refuse(outermost.values(), graphs)
        return Placing(tuple(shape for shape, _ in drawn.values()), shape_of, inner)

    def _has(self, node: ResourceNode, around: ResourceNode) -> bool:
        if self.component is not None:
            return self.component in {around.name, _class(around)}
        return self.hub is None or self.hub == hub_of(node)

    def _alone(self, node: ResourceNode) -> bool:
        return self.component is not None or (self.hub is not None and node.type in SHOWN)

    def _refuse(self, components: Iterable[ResourceNode], graphs: Sequence[StackGraph]) -> Never:
        if self.component is not None:
            known = sorted({each.name for each in components})
            raise UnknownPart(f"component {self.component!r}: none is called so; expected one of {', '.join(known)}")
        known = sorted({hub_of(node) for graph in graphs for node in graph.resources})
        raise UnknownPart(f"hub {self.hub!r}: none is called so; expected one of {', '.join(known)}")


WHOLE = Scope()
"""All of an environment."""


def _outermost(graphs: Sequence[StackGraph]) -> Mapping[str, ResourceNode]:
    """Of each resource the outermost component that it is in; itself where it is in none."""
    nodes = {node.urn: node for graph in graphs for node in graph.nodes}

    def climb(node: ResourceNode) -> ResourceNode:
        above = nodes.get(node.parent or "")
        return node if above is None or not above.type.startswith("twinrail:") else climb(above)

    return {node.urn: climb(node) for graph in graphs for node in graph.resources}


def _class(node: ResourceNode) -> str:
    return node.type.rsplit(":", maxsplit=1)[-1]


def _own(graph: StackGraph, node: ResourceNode) -> tuple[str, str, str]:
    group = f"{graph.stack} in {node.region}" if graph.stack.endswith("-foundation") else graph.stack
    return group, node.name, _kind(node)


def _whole(graph: StackGraph, component: ResourceNode, size: int) -> tuple[str, str, str]:
    hub = component.type.split(":")[1]
    return f"{graph.stack}, {hub}", component.name, f"{_class(component)}, {size} resources"


def _kind(node: ResourceNode) -> str:
    if node.type == "aws:sqs/queue:Queue" and not node.inputs.get("fifoQueue"):
        return "SQS queue"
    return SHOWN.get(node.type, _class(node))
