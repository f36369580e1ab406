"""The way from the private network to the risk engine's API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.passage import let_through
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Everything, Members

if TYPE_CHECKING:
    from components.blocks.naming import Names

CLIENTS = "risk-clients"
HTTPS = 443


@dataclass(frozen=True, slots=True)
class ApiEndpointArgs:
    """`vpc_id`, `subnet_ids`: of the private network."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]


class ApiEndpoint(pulumi.ComponentResource):
    """An interface endpoint of API Gateway, which only a group of clients reaches; nobody is in the group yet.

    It answers to the API's own name (`<api>-<endpoint>.execute-api...`), that API Gateway keeps in Route 53, and leaves
    the names of all other APIs to themselves.
    """

    endpoint_id: pulumi.Output[str]

    def __init__(self, name: str, args: ApiEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:ApiEndpoint", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        def group(of: str, description: str) -> aws.ec2.SecurityGroup:
            full = args.names.regional(of)
            return aws.ec2.SecurityGroup(of, name=full, description=description, vpc_id=args.vpc_id, opts=child)

        clients, entry = group(CLIENTS, "Who may ask for assessments"), group(name, "The risk engine's API")
        let_through(name, clients.id, entry.id, HTTPS, child)
        calling = Statement(
            "OwnApis",
            "Allow",
            ("execute-api:Invoke",),
            (Everything(reason="the API is made after its endpoint, and its id with it"),),
            (Members(args.names.account_id),),
            (Condition("StringEquals", "aws:ResourceAccount", (args.names.account_id,)),),
        )
        endpoint = aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.execute-api",
            vpc_endpoint_type="Interface",
            private_dns_enabled=False,
            policy=policy_document([calling]),
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[entry.id],
            opts=child,
        )
        self.endpoint_id = endpoint.id
        self.register_outputs({"endpointId": self.endpoint_id})
