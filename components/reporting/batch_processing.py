"""Where large jobs over the data run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

RELEASE = "emr-7.9.0"
IDLE_MINUTES = 10
GIB_PER_CPU = 4


@dataclass(frozen=True, slots=True)
class BatchProcessingArgs:
    """`cpus`: how many virtual processors all jobs together may have; GIB_PER_CPU of memory comes with each."""

    names: Names
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    cpus: int


class BatchProcessing(pulumi.ComponentResource):
    """An EMR Serverless application for Spark: it costs nothing while no job runs, and never more than its capacity.

    Its workers are in the private network, with no way out but the endpoints.
    """

    group: aws.ec2.SecurityGroup

    def __init__(self, name: str, args: BatchProcessingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:BatchProcessing", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name,
            name=args.names.regional(name),
            description="Workers of batch jobs",
            vpc_id=args.vpc_id,
            opts=child,
        )
        application = aws.emrserverless.Application(
            name,
            name=args.names.regional(name),
            release_label=RELEASE,
            type="spark",
            architecture="ARM64",
            maximum_capacity=aws.emrserverless.ApplicationMaximumCapacityArgs(
                cpu=f"{args.cpus} vCPU", memory=f"{args.cpus * GIB_PER_CPU} GB"
            ),
            auto_stop_configuration=aws.emrserverless.ApplicationAutoStopConfigurationArgs(
                enabled=True, idle_timeout_minutes=IDLE_MINUTES
            ),
            network_configuration=aws.emrserverless.ApplicationNetworkConfigurationArgs(
                subnet_ids=list(args.subnet_ids), security_group_ids=[group.id]
            ),
            opts=child,
        )
        self.group = group
        self.register_outputs({"applicationId": application.id})
