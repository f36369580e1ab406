"""A SQL database that two Regions write as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SqlClusterPairArgs:
    """`witness` is the third Region of the pair's set; `key_arns` and `providers` have one for each of `regions`."""

    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    key_arns: Mapping[str, pulumi.Input[str]]
    deletion_protection: bool


class SqlClusterPair(pulumi.ComponentResource):
    """Two peered Aurora DSQL clusters: one database, both endpoints read and write, a commit is in both (RPO 0).

    A cluster that names a witness waits until it is peered: each is told of the other once both are there (Aurora DSQL
    User Guide, "Configuring multi-Region clusters").
    """

    arns: Mapping[str, pulumi.Output[str]]
    endpoints: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: SqlClusterPairArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:SqlClusterPair", name, None, opts)
        self._args = args
        clusters = {region: self._cluster(name, region) for region in args.regions}
        for region, other in (args.regions, args.regions[::-1]):
            aws.dsql.ClusterPeering(
                f"{name}-{region}",
                identifier=clusters[region].identifier,
                clusters=[clusters[other].arn],
                witness_region=args.witness,
                opts=pulumi.ResourceOptions(parent=self, provider=args.providers[region]),
            )
        self.arns = {region: cluster.arn for region, cluster in clusters.items()}
        self.endpoints = {
            region: pulumi.Output.concat(cluster.identifier, f".dsql.{region}.on.aws")
            for region, cluster in clusters.items()
        }
        self.register_outputs({"arns": self.arns, "endpoints": self.endpoints})

    def _cluster(self, name: str, region: str) -> aws.dsql.Cluster:
        return aws.dsql.Cluster(
            f"{name}-{region}",
            deletion_protection_enabled=self._args.deletion_protection,
            kms_encryption_key=self._args.key_arns[region],
            multi_region_properties=aws.dsql.ClusterMultiRegionPropertiesArgs(witness_region=self._args.witness),
            opts=pulumi.ResourceOptions(
                parent=self, provider=self._args.providers[region], protect=self._args.deletion_protection
            ),
        )
