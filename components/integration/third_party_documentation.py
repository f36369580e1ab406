"""The site of third parties: the API's documentation, SDKs and what else the hub shows to anyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.key import MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import THIS_KEY, administration, use_by_account_through, use_by_roles
from components.blocks.replication import Replication, ReplicationArgs, ReplicationEnd
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, ObjectPrefix, Service, hosts
from components.integration.site_distribution import PUBLISHED, SiteDistribution, SiteDistributionArgs
from components.integration.site_edge import SiteEdge, SiteEdgeArgs
from components.integration.site_log import delivery_use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

CLOUDFRONT = Service("cloudfront.amazonaws.com")
KEPT_DAYS = 3_650
"""What nobody has published again in ten years goes, as does a version so long after the next."""
LOCK_DAYS = 1
DNS_TTL_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ThirdPartyDocumentationArgs:
    """`regions` in order: what is published goes to the first. `providers` has one for each.

    `requests_per_minute`: of one address. `log_name`: of the access log, which is under the same key.
    """

    names: Names
    regions: tuple[str, str]
    providers: Mapping[str, aws.Provider]
    domain_name: str
    zone_id: pulumi.Input[str]
    requests_per_minute: int
    log_name: str
    protect: bool


class ThirdPartyDocumentation(pulumi.ComponentResource):
    """A private bucket in each Region, the second a copy of the first, and CloudFront before them.

    The distribution comes first and knows the buckets by their names: key and buckets let it alone read, by its ARN.
    """

    distribution_arn: pulumi.Output[str]
    key_arns: Mapping[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: ThirdPartyDocumentationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("twinrail:integration:ThirdPartyDocumentation", name, None, opts)
        self._name, self._args = name, args
        self._home, self._copy = args.regions
        edge = SiteEdge(
            name,
            SiteEdgeArgs(args.names, args.domain_name, args.zone_id, args.requests_per_minute),
            self._in(self._home),
        )
        bucket_names = {region: args.names.bucket(name, region) for region in args.regions}
        self._distribution = SiteDistribution(
            name,
            SiteDistributionArgs(args.names, args.domain_name, bucket_names, edge.certificate_arn, edge.acl_arn),
            self._in(self._home),
        )
        replicator = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(self._home, name), "s3.amazonaws.com", "Carries the site to the other Region"
            ),
            self._in(self._home),
        )
        key = self._key(replicator)
        buckets = {region: self._bucket(region, bucket_names[region], key) for region in args.regions}
        self._replicate(buckets, key, replicator)
        self.distribution_arn, self.key_arns = self._distribution.arn, key.arns
        aws.route53.Record(
            name,
            zone_id=args.zone_id,
            name=args.domain_name,
            type="CNAME",
            ttl=DNS_TTL_SECONDS,
            records=[self._distribution.domain_name],
            opts=self._in(self._home),
        )
        self.register_outputs({"bucketName": buckets[self._home].bucket_name})

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])

    def _key(self, replicator: ExecutionRole) -> MultiRegionKey:
        account = self._args.names.account_id
        through_s3 = hosts(("s3",), *self._args.regions)
        distribution = Condition("ArnEquals", "aws:SourceArn", (self._distribution.arn,))
        return MultiRegionKey(
            self._name,
            MultiRegionKeyArgs(
                alias=self._args.names.key_alias(self._name),
                description="The site of third parties, and its access log",
                regions=self._args.regions,
                providers=self._args.providers,
                statements=(
                    administration(account),
                    use_by_account_through("Publishing", account, through_s3),
                    use_by_roles("Replication", account, (replicator.arn,), ("kms:Decrypt", "kms:Encrypt"), through_s3),
                    Statement(
                        "Distribution",
                        "Allow",
                        ("kms:Decrypt",),
                        (THIS_KEY,),
                        (CLOUDFRONT,),
                        (distribution,),
                    ),
                    delivery_use(self._args.names, self._args.log_name),
                ),
                protect=self._args.protect,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _bucket(self, region: str, bucket_name: str, key: MultiRegionKey) -> Bucket:
        distribution = Condition("ArnEquals", "aws:SourceArn", (self._distribution.arn,))
        return Bucket(
            f"{self._name}-{region}",
            BucketArgs(
                bucket_name=bucket_name,
                key_arn=key.arns[region],
                retention_days=KEPT_DAYS,
                lock_mode="GOVERNANCE",
                lock_days=LOCK_DAYS,
                protect=self._args.protect,
                statements=(
                    Statement(
                        "Distribution",
                        "Allow",
                        ("s3:GetObject",),
                        (ObjectPrefix(f"arn:aws:s3:::{bucket_name}", PUBLISHED),),
                        (CLOUDFRONT,),
                        (distribution,),
                    ),
                    Statement(
                        "WhatIsThere",
                        "Allow",
                        ("s3:ListBucket",),
                        (Exactly(f"arn:aws:s3:::{bucket_name}"),),
                        (CLOUDFRONT,),
                        (distribution,),
                    ),
                ),
            ),
            self._in(region),
        )

    def _replicate(self, buckets: Mapping[str, Bucket], key: MultiRegionKey, role: ExecutionRole) -> None:
        source, destination = (
            ReplicationEnd(region, buckets[region], key.arns[region]) for region in (self._home, self._copy)
        )
        Replication(
            self._name,
            ReplicationArgs(source, destination, (PUBLISHED,), role.role_name, role.arn),
            self._in(self._home),
        )
