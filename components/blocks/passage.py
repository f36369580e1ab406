"""One way between two security groups, written at both ends: neither of them lets anything in or out by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi


def let_through(
    rule: str,
    source_id: pulumi.Input[str],
    destination_id: pulumi.Input[str],
    port: int,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let what is in one group reach a TCP port of what is in another; `rule` names that."""
    for kind, own, other in (
        (aws.vpc.SecurityGroupEgressRule, source_id, destination_id),
        (aws.vpc.SecurityGroupIngressRule, destination_id, source_id),
    ):
        kind(
            rule,
            security_group_id=own,
            referenced_security_group_id=other,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=opts,
        )
