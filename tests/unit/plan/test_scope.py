"""What of an environment is drawn: components, a hub's services, a component's own resources, and their ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulations.cloud.graph import ResourceNode, StackGraph
from simulations.plan.picture import draw
from simulations.plan.scope import WHOLE, Scope, UnknownPart

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Inputs

STACK = "dev-eu-west-1"
QUEUE, TOPIC, ALARM = "aws:sqs/queue:Queue", "aws:sns/topic:Topic", "aws:cloudwatch/metricAlarm:MetricAlarm"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::twinrail::{kind}::{name}"


def node(kind: str, name: str, inputs: Inputs, parent: ResourceNode | None = None) -> ResourceNode:
    chain = kind if parent is None else f"{parent.urn.split('::')[2]}${kind}"
    return ResourceNode(
        urn=urn(chain, name),
        type=kind,
        name=name,
        parent=None if parent is None else parent.urn,
        provider=None,
        region="eu-west-1",
        dependencies=(),
        property_dependencies={},
        inputs=inputs,
        outputs={"arn": f"arn:aws:x:eu-west-1:000000000000:{name}"},
        custom=kind.startswith("aws:"),
        realised=None if kind.startswith("twinrail:") else False,
    )


@pytest.fixture
def graph() -> StackGraph:
    """A queue in a block in a component, an alarm of it that tells another hub's topic, and a topic beside."""
    path = node("twinrail:payment:Path", "path", {})
    block = node("twinrail:blocks:WorkQueue", "work", {}, path)
    alerts = node("twinrail:monitoring:Alerts", "alerts", {})
    lonely = node("twinrail:reporting:Lake", "lake", {})
    nodes = (
        path,
        block,
        alerts,
        lonely,
        node(QUEUE, "incoming", {}, block),
        node(ALARM, "late", {"alarmActions": ["arn:aws:x:eu-west-1:000000000000:alerts"]}, path),
        node(TOPIC, "alerts", {}, alerts),
        node(TOPIC, "lake", {}, lonely),
    )
    return StackGraph(STACK, nodes, {})


def drawn(graph: StackGraph, scope: Scope) -> tuple[set[tuple[str, str, str]], list[tuple[str, str]]]:
    picture = draw([graph], scope)
    titles = {shape.key: shape.title for shape in picture.shapes}
    shapes = {(shape.group, shape.title, shape.kind) for shape in picture.shapes}
    return shapes, [(titles[start], titles[end]) for start, end in picture.arrows]


def test_outermost_components_are_drawn_when_it_is_the_environment(graph: StackGraph) -> None:
    shapes, arrows = drawn(graph, WHOLE)
    assert shapes == {
        (f"{STACK}, payment", "path", "Path, 2 resources"),
        (f"{STACK}, monitoring", "alerts", "Alerts, 1 resources"),
        (f"{STACK}, reporting", "lake", "Lake, 1 resources"),
    }
    assert arrows == [("path", "alerts")]


@pytest.mark.parametrize("name", ["path", "Path"])
def test_every_resource_and_the_neighbours_are_drawn_when_it_is_a_component(graph: StackGraph, name: str) -> None:
    shapes, arrows = drawn(graph, Scope(component=name))
    assert shapes == {
        (STACK, "incoming", "SQS queue"),
        (STACK, "late", "MetricAlarm"),
        (f"{STACK}, monitoring", "alerts", "Alerts, 1 resources"),
    }
    assert arrows == [("late", "alerts")]


def test_services_alone_are_drawn_when_it_is_a_hub(graph: StackGraph) -> None:
    assert drawn(graph, Scope(hub="payment")) == ({(STACK, "incoming", "SQS queue")}, [])


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(hub="paymnet"), "hub 'paymnet': none is called so; expected one of monitoring, payment, reporting"),
        (Scope(component="pth"), "component 'pth': none is called so; expected one of alerts, lake, path"),
    ],
)
def test_part_is_refused_when_there_is_none_of_that_name(graph: StackGraph, scope: Scope, said: str) -> None:
    with pytest.raises(UnknownPart, match=said):
        draw([graph], scope)
