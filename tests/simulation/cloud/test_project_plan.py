"""The project's own program, planned for each of its environments."""

from __future__ import annotations

import pytest

from simulations.cloud import deployment
from simulations.cloud.graph import UNKNOWN_VALUE
from simulations.cloud.quorum import strong_tables
from simulations.cloud.realisers.documents import mapping

TABLES = ("transactions_table_name", "leadership_table_name", "audit_table_name")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_stack_is_planned_without_warning_or_unknown_when_an_environment_is(environment: str) -> None:
    graphs = deployment.plan(environment)
    assert [graph.stack for graph in graphs] == [
        f"{environment}-foundation",
        f"{environment}-eu-west-1",
        f"{environment}-eu-west-2",
    ]
    assert [graph.warnings for graph in graphs] == [(), (), ()]
    assert UNKNOWN_VALUE not in str(graphs)
    assert all(graph.resources and graph.exports for graph in graphs)


def test_the_tables_that_decide_across_regions_need_a_quorum_when_they_are_made() -> None:
    graphs = deployment.plan("prod")
    exports = graphs[0].exports
    vault = mapping(exports, "vault")
    names = {exports[name] for name in TABLES} | {vault["tokens_table_name"], vault["subjects_table_name"]}
    # Those of hubs, which decide nothing of a payment, are strongly consistent as well.
    assert strong_tables(graphs) == names | {"twinrail-prod-consents", "twinrail-prod-profiles"}
