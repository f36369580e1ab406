"""Clusters are there, know of each other, and refuse to go while they are protected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import mapping

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
CLUSTER = "aws:dsql/cluster:Cluster"
PEERING = "aws:dsql/clusterPeering:ClusterPeering"
WITNESS: dict[str, JsonValue] = {"multiRegionProperties": {"witnessRegion": "eu-west-3"}}


def test_clusters_know_each_other_when_they_are_peered(home: Cloud, away: Cloud, create: Create) -> None:
    here, there = create(CLUSTER, WITNESS), create(CLUSTER, WITNESS, away)
    peers: dict[str, JsonValue] = {
        "identifier": here.id,
        "clusters": [there.outputs["arn"]],
        "witnessRegion": "eu-west-3",
    }
    create(PEERING, peers)
    found = mapping(home.call("dsql", "get_cluster", identifier=here.id), "multiRegionProperties")
    assert found == {"witnessRegion": "eu-west-3", "clusters": [there.outputs["arn"]]}
    assert here.outputs["identifier"] == here.id
    assert str(there.outputs["arn"]).split(":")[3] == away.region


def test_a_cluster_stays_until_its_protection_is_taken_off(home: Cloud, create: Create) -> None:
    protected: dict[str, JsonValue] = {**WITNESS, "deletionProtectionEnabled": True, "tags": {"a": "1", "b": "2"}}
    cluster, realiser = create(CLUSTER, protected), REALISERS[CLUSTER]
    with pytest.raises(ClientError, match="protection"):
        realiser.delete(home, cluster.id, cluster.outputs)
    free: dict[str, JsonValue] = {**WITNESS, "deletionProtectionEnabled": False, "tags": {"b": "3"}}
    realiser.update(home, cluster.id, protected, free, cluster.outputs)
    assert home.call("dsql", "get_cluster", identifier=cluster.id)["tags"] == {"b": "3"}
    realiser.delete(home, cluster.id, cluster.outputs)
    realiser.delete(home, cluster.id, cluster.outputs)
