"""Aurora DSQL: clusters and how they are peered.

MiniStack keeps the clusters' records. The database behind every endpoint is the embedded cloud's PostgreSQL, one for
all Regions as a peered pair is one: libpq finds it for any host name by PGHOSTADDR and PGPORT, as AWS's SDKs find the
emulator by AWS_ENDPOINT_URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import flag, mapping, optional_text, outputs_of, text, texts, texts_by_name
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"


class Cluster:
    """`aws:dsql/cluster:Cluster`."""

    type = "aws:dsql/cluster:Cluster"
    replace_on = frozenset({"multiRegionProperties"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the cluster; AWS gives it its identifier."""
        witness = optional_text(mapping(inputs, "multiRegionProperties"), "witnessRegion")
        made = cloud.call(
            "dsql",
            "create_cluster",
            deletionProtectionEnabled=flag(inputs, "deletionProtectionEnabled"),
            kmsEncryptionKey=optional_text(inputs, "kmsEncryptionKey"),
            multiRegionProperties=None if witness is None else {"witnessRegion": witness},
            tags=texts_by_name(inputs, "tags") or None,
        )
        return _realised(cloud, text(made, "identifier"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring deletion protection, key and tags to the new inputs."""
        cloud.call(
            "dsql",
            "update_cluster",
            identifier=identity,
            deletionProtectionEnabled=flag(new, "deletionProtectionEnabled"),
            kmsEncryptionKey=optional_text(new, "kmsEncryptionKey"),
        )
        gone = sorted(texts_by_name(old, "tags").keys() - texts_by_name(new, "tags").keys())
        if gone:
            cloud.call("dsql", "untag_resource", resourceArn=text(outputs, "arn"), tagKeys=gone)
        if tags := texts_by_name(new, "tags"):
            cloud.call("dsql", "tag_resource", resourceArn=text(outputs, "arn"), tags=tags)
        return _realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the cluster; one under deletion protection refuses."""
        del outputs
        with accepting(GONE):
            cloud.call("dsql", "delete_cluster", identifier=identity)


class ClusterPeering:
    """`aws:dsql/clusterPeering:ClusterPeering`: tells one cluster of the others."""

    type = "aws:dsql/clusterPeering:ClusterPeering"
    replace_on = frozenset({"identifier", "clusters", "witnessRegion"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Peer the cluster."""
        identifier = text(inputs, "identifier")
        peers = {"witnessRegion": text(inputs, "witnessRegion"), "clusters": texts(inputs, "clusters")}
        cloud.call("dsql", "update_cluster", identifier=identifier, multiRegionProperties=peers)
        return Realised(identifier, outputs_of(cloud, inputs, {}))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Nothing of a peering changes in place."""
        del identity, old, outputs
        return self.create(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """A peering ends with its clusters."""


def _realised(cloud: Cloud, identifier: str, inputs: Inputs) -> Realised:
    cluster = cloud.call("dsql", "get_cluster", identifier=identifier)
    own: dict[str, JsonValue] = {
        "identifier": identifier,
        "arn": text(cluster, "arn"),
        "encryptionDetails": [mapping(cluster, "encryptionDetails")],
    }
    return Realised(identifier, outputs_of(cloud, inputs, own))
