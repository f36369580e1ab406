"""A role that one AWS service may take on. What it may then do is granted where it is used."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Service


@dataclass(frozen=True, slots=True)
class ExecutionRoleArgs:
    """`role_name` is the name in AWS, `service` the principal that takes the role on (`lambda.amazonaws.com`).

    `for_account`: take it on for that account's resources alone, where the service says whose it acts for.
    `for_others`: and for those of these accounts. `said_by`: the condition key by which it says so.
    """

    role_name: str
    service: str
    description: str
    for_account: str | None = None
    for_others: tuple[str, ...] = ()
    said_by: str = "aws:SourceAccount"


class ExecutionRole(pulumi.ComponentResource):
    """An IAM role with a trust policy for one service and no permission at all."""

    role_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ExecutionRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:ExecutionRole", name, None, opts)
        own = () if args.for_account is None else (args.for_account, *args.for_others)
        trust = Statement(
            sid="TakeOn",
            effect="Allow",
            actions=("sts:AssumeRole",),
            principals=(Service(args.service),),
            conditions=(Condition("StringEquals", args.said_by, own),) if own else (),
        )
        role = aws.iam.Role(
            name,
            name=args.role_name,
            description=args.description,
            assume_role_policy=policy_document([trust]),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.role_name = role.name
        self.arn = role.arn
        self.register_outputs({"roleName": self.role_name, "arn": self.arn})
