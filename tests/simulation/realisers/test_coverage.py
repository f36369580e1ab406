"""Every resource of the program is made real in the embedded cloud, or modelled for a reason that is written down."""

from __future__ import annotations

import warnings

import pytest

from simulations.cloud.engine import plan
from simulations.cloud.realisers import MODELLED_ON_PURPOSE, REALISERS


@pytest.fixture(scope="module")
def planned_types() -> frozenset[str]:
    """The AWS types that the program asks for in dev."""
    with warnings.catch_warnings():
        # pulumi_aws warns of its own deprecated modules when it is imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        graphs = plan("dev")
    return frozenset(node.type for graph in graphs for node in graph.nodes if node.type.startswith("aws:"))


@pytest.mark.xdist_group("realisers")
def test_every_type_is_realised_or_modelled_on_purpose_when_dev_is_planned(planned_types: frozenset[str]) -> None:
    assert planned_types - REALISERS.keys() == MODELLED_ON_PURPOSE.keys() & planned_types
    assert len(planned_types) > 30


def test_no_type_is_both_realised_and_modelled_on_purpose() -> None:
    assert not REALISERS.keys() & MODELLED_ON_PURPOSE.keys()
