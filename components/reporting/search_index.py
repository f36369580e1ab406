"""Where the data is explored by search."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class SearchIndexArgs:
    """`reader_arns`: roles that may read its indexes. `standby`: replicas in another zone."""

    names: Names
    key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    reader_arns: tuple[pulumi.Input[str], ...]
    standby: bool
    protect: bool


class SearchIndex(pulumi.ComponentResource):
    """An OpenSearch Serverless collection, reached from the private network alone.

    A collection is made under policies that are there before it: of its encryption and of its network. OpenSearch
    Service Developer Guide, "Creating and managing collections".
    """

    def __init__(self, name: str, args: SearchIndexArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:SearchIndex", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        collection_name = args.names.short(name, LONGEST_NAME)
        resources = [f"collection/{collection_name}"]
        group = aws.ec2.SecurityGroup(
            name, name=args.names.regional(name), description="Search of payments", vpc_id=args.vpc_id, opts=child
        )
        endpoint = aws.opensearch.ServerlessVpcEndpoint(
            name,
            name=collection_name,
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            opts=child,
        )
        encrypted = aws.opensearch.ServerlessSecurityPolicy(
            f"{name}-encryption",
            name=collection_name,
            type="encryption",
            policy=pulumi.Output.json_dumps(
                {"Rules": [{"ResourceType": "collection", "Resource": resources}], "KmsARN": args.key_arn}
            ),
            opts=child,
        )
        reached = aws.opensearch.ServerlessSecurityPolicy(
            f"{name}-network",
            name=collection_name,
            type="network",
            policy=pulumi.Output.json_dumps(
                [
                    {
                        "Rules": [{"ResourceType": "collection", "Resource": resources}],
                        "AllowFromPublic": False,
                        "SourceVPCEs": [endpoint.id],
                    }
                ]
            ),
            opts=child,
        )
        aws.opensearch.ServerlessAccessPolicy(
            name, name=collection_name, type="data", policy=_reading(collection_name, args.reader_arns), opts=child
        )
        collection = aws.opensearch.ServerlessCollection(
            name,
            name=collection_name,
            description="Payments without names",
            type="SEARCH",
            standby_replicas="ENABLED" if args.standby else "DISABLED",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[encrypted, reached], protect=args.protect),
        )
        self.register_outputs({"arn": collection.arn})


def _reading(collection_name: str, reader_arns: tuple[pulumi.Input[str], ...]) -> pulumi.Output[str]:
    rule = {
        "ResourceType": "index",
        "Resource": [f"index/{collection_name}/*"],
        "Permission": ["aoss:DescribeIndex", "aoss:ReadDocument"],
    }
    return pulumi.Output.all(*reader_arns).apply(
        lambda readers: json.dumps([{"Rules": [rule], "Principal": readers}], sort_keys=True)
    )
