"""How a person becomes an administrator, in one Region: on another person's word, for a while, and no other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly

if TYPE_CHECKING:
    from components.blocks.naming import Names

DOCUMENT = "elevation"
PATIENCE_SECONDS = 3600
"""A request that nobody has approved by then is over."""
MEMBERSHIP = ("AdminAddUserToGroup", "AdminRemoveUserFromGroup", "AdminUserGlobalSignOut")


@dataclass(frozen=True, slots=True)
class ElevationArgs:
    """`approver_role_arn`: who decides. `group`: whom the user belongs to for `hold_minutes`."""

    names: Names
    region: str
    user_pool_id: pulumi.Input[str]
    user_pool_arn: pulumi.Input[str]
    approver_role_arn: pulumi.Input[str]
    group: str
    hold_minutes: int


class ElevationRequest(pulumi.ComponentResource):
    """A Systems Manager automation that waits for an approver, makes a user a member, and takes the user out again.

    Whoever asks starts it and needs no right over the pool: it runs by a role of its own, which Systems Manager alone
    may take on. Approvers: Systems Manager User Guide, "aws:approve".
    """

    definition_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ElevationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:ElevationRequest", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, DOCUMENT),
                service="ssm.amazonaws.com",
                description="Makes a user an administrator once another person has approved it, and ends that",
                for_account=args.names.account_id,
            ),
            opts=child,
        )
        calls = tuple(f"cognito-idp:{call}" for call in MEMBERSHIP)
        aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document([Statement("Members", "Allow", calls, (Exactly(args.user_pool_arn),))]),
            opts=child,
        )
        document = aws.ssm.Document(
            name,
            name=args.names.regional(DOCUMENT),
            document_type="Automation",
            document_format="JSON",
            content=pulumi.Output.json_dumps(_content(args, role.arn), sort_keys=True),
            opts=child,
        )
        self.role_arn = role.arn
        # What a start without a version asks for (Service Authorization Reference, "AWS Systems Manager").
        definition = arn("ssm", args.region, args.names.account_id, "automation-definition/")
        self.definition_arn = pulumi.Output.concat(definition, document.name, ":$DEFAULT")
        self.register_outputs({"definitionArn": self.definition_arn})


def _content(args: ElevationArgs, role_arn: pulumi.Input[str]) -> dict[str, object]:
    return {
        "schemaVersion": "0.3",
        "description": "Make a user an administrator for a while, once another person has approved it.",
        "assumeRole": role_arn,
        "parameters": {
            "Username": {"type": "String", "description": "Who asks", "allowedPattern": r"^[\w.@+-]{1,128}$"},
            "Reason": {
                "type": "String",
                "description": "What for: the incident or change. It is kept: name no party, no account.",
                "allowedPattern": r"^[\w .,:;/#()+-]{10,200}$",
            },
        },
        "mainSteps": [
            {
                "name": "approve",
                "action": "aws:approve",
                "timeoutSeconds": PATIENCE_SECONDS,
                "onFailure": "Abort",
                "inputs": {
                    "Approvers": [args.approver_role_arn],
                    "MinRequiredApprovals": 1,
                    "Message": "{{ Username }} asks for administration: {{ Reason }}",
                },
            },
            _call("add", "AdminAddUserToGroup", args, GroupName=args.group),
            {
                "name": "hold",
                "action": "aws:sleep",
                # Whoever stops it, or whatever does, ends the membership.
                "onFailure": "step:remove",
                "onCancel": "step:remove",
                "inputs": {"Duration": f"PT{args.hold_minutes}M"},
            },
            {**_call("remove", "AdminRemoveUserFromGroup", args, GroupName=args.group), "maxAttempts": 5},
            {**_call("signOut", "AdminUserGlobalSignOut", args), "maxAttempts": 5, "isEnd": True},
        ],
    }


def _call(name: str, api: str, args: ElevationArgs, **more: str) -> dict[str, object]:
    user = {"UserPoolId": args.user_pool_id, "Username": "{{ Username }}"}
    return {
        "name": name,
        "action": "aws:executeAwsApi",
        "inputs": {"Service": "cognito-idp", "Api": api, **user, **more},
    }
