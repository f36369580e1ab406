"""The catalogue holds to the plan of prod: no row without its resources, no resource without a row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from simulations.catalogue.holding import faults
from simulations.catalogue.rows import catalogue, read_rows
from simulations.cloud import deployment

if TYPE_CHECKING:
    from simulations.cloud.graph import StackGraph

pytestmark = pytest.mark.xdist_group("program")

TOPIC = "aws:sns/topic:Topic"


@pytest.fixture(scope="module")
def plan() -> tuple[StackGraph, ...]:
    return deployment.plan("prod")


def test_rows_and_plan_agree_when_it_is_production(plan: tuple[StackGraph, ...]) -> None:
    assert faults(catalogue(), plan) == []


def test_region_is_named_when_it_lacks_what_a_row_has(plan: tuple[StackGraph, ...]) -> None:
    without = [
        replace(graph, nodes=tuple(node for node in graph.nodes if node.type != TOPIC))
        if graph.stack == "prod-eu-west-2"
        else graph
        for graph in plan
    ]
    # Two sentences of a row: the topic that a policy is for is not there either, to be made from.
    found = faults([row for row in catalogue() if row.name == "Notification by SNS"], without)
    assert [each for each in found if "no row" not in each] == [
        "Guidance for ISO 20022 Messaging Workflows, Notification by SNS: in prod-eu-west-2 no "
        "aws:sns/topicPolicy:TopicPolicy of it is made from a aws:sns/topic:Topic"
    ]


def test_resource_is_named_when_no_row_has_it(plan: tuple[StackGraph, ...]) -> None:
    rows = [row for row in catalogue() if "twinrail:payment:Notifications" not in row.parts]
    assert {each for each in faults(rows, plan) if "Topic" in each} == {
        f"prod-{region}: aws:sns/{kind} notifications is of no row of the catalogue"
        for region in ("eu-west-1", "eu-west-2")
        for kind in ("topic:Topic", "topicPolicy:TopicPolicy")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('state = "built"', "expected layer, and parts with types"),
        ('state = "pending"', "expected because, a sentence"),
        ('state = "external"\nbecause = "x"\nlayer = "region"', "expected neither layer nor parts nor wires"),
        ('state = "later"', "state"),
        ('state = "pending"\nbecause = "x"\ncolour = "red"', "colour"),
    ],
)
def test_row_is_refused_when_it_breaks_a_rule(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_rows(f'[[row]]\nhub = "payment"\ncontainer = "c"\nname = "n"\n{text}\n')
