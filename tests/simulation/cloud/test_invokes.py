"""The health checks of a Region switch plan are those of the plan that the program made, the same every time."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from simulations.cloud.engine import plan
from simulations.cloud.graph import StackGraph

KIND = "aws:arcregionswitch/plan:Plan"


@pytest.fixture(scope="module")
def foundation() -> StackGraph:
    with warnings.catch_warnings():
        # pulumi_aws warns of its own deprecated modules when it is imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        return next(graph for graph in plan("dev") if graph.stack == "dev-foundation")


@pytest.mark.xdist_group("realisers")
def test_each_region_has_a_check_of_its_own_when_the_plan_is_asked_for_them(foundation: StackGraph) -> None:
    exported: Any = foundation.exports["region_switch_check_ids"]
    assert set(exported) == {"eu-west-1", "eu-west-2"}
    assert len(set(exported.values())) == 2
    assert not {node.id for node in foundation.resources} & set(exported.values())
    assert [node.type for node in foundation.resources if node.type == KIND] == [KIND]
