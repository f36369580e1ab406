"""A shell in the private network, without a door to it from outside: sessions of Systems Manager instead of SSH."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import THIS_KEY, administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.passage import let_through
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Account, Condition, Everything, Exactly, LogStreams, Members, hosts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

PREFERENCES = "SSM-SessionManagerRunShell"
"""The document that sessions take their settings from, if it is called so (Systems Manager User Guide, "Create Session
Manager preferences"). An account has one in a Region: one that is there already is imported."""
IDLE_MINUTES, LONGEST_MINUTES = 15, 120
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
INSTANCE_TYPE = "t4g.micro"
DISK_GIB = 8
HTTPS = 443
BASTION = "bastion"
AGENT = (
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
)
CHANNELS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
OF_A_SESSION = Condition("Null", "kms:EncryptionContext:aws:ssm:SessionId", ("false",))
"""The agent opens a session's data key itself, and says which session's it is (Systems Manager User Guide, "Turn on KMS
key encryption of session data")."""
LOGS = ("logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents")
ENDPOINTS = {"ssm": AGENT, "ssmmessages": CHANNELS, "logs": LOGS}
"""By service what the bastion calls: as in the managed policy AmazonSSMManagedInstanceCore, without parameters."""


@dataclass(frozen=True, slots=True)
class SessionAccessArgs:
    """`largest`: how many bastions there may be at once. None is there until someone sets the group's size.

    `tags`: what bastions carry, as all that the environment has.
    """

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    largest: int
    log_retention_days: int
    tags: Mapping[str, str]
    protect: bool


class SessionAccess(pulumi.ComponentResource):
    """Sessions are encrypted, end when idle, and every line of them is logged; the bastion lets nothing in.

    Its group's size is 0: an administrator sets it to 1 for the time of the work, which is on record.
    """

    group_id: pulumi.Output[str]

    def __init__(self, name: str, args: SessionAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:SessionAccess", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._role = ExecutionRole(
            BASTION,
            ExecutionRoleArgs(args.names.role(args.region, BASTION), "ec2.amazonaws.com", "What a bastion may do"),
            self._child,
        )
        self._log_group_name = f"/aws/ssm/{args.names.regional('sessions')}"
        self._key = self._made_key(name)
        self._log_group = aws.cloudwatch.LogGroup(
            name,
            name=self._log_group_name,
            retention_in_days=args.log_retention_days,
            kms_key_id=self._key.arn,
            opts=self._child,
        )
        self._preferences(name)
        group = self._group(BASTION, "Bastions: nothing comes in")
        self._endpoints(group)
        self._bastions(group)
        self.group_id = group.id
        self.register_outputs({"groupId": self.group_id})

    def _made_key(self, name: str) -> RegionalKey:
        names, region = self._args.names, self._args.region
        log_arn = arn("logs", region, names.account_id, f"log-group:{self._log_group_name}")
        statements = (
            administration(names.account_id),
            use_by_account_through("Sessions", names.account_id, hosts(("ssm", "ssmmessages", "ec2"), region)),
            self._opening_sessions(by=self._role.arn),
            use_by_logs(region, [log_arn]),
        )
        return RegionalKey(
            name,
            RegionalKeyArgs(names.key_alias("sessions"), "Sessions and their logs", statements, self._args.protect),
            self._child,
        )

    def _opening_sessions(self, by: pulumi.Input[str]) -> Statement:
        account_id = self._args.names.account_id
        bastions = Condition("ArnEquals", "aws:PrincipalArn", (by,))
        return Statement(
            "Bastions", "Allow", ("kms:Decrypt",), (THIS_KEY,), (Account(account_id),), (bastions, OF_A_SESSION)
        )

    def _preferences(self, name: str) -> None:
        inputs = {
            "kmsKeyId": self._key.arn,
            "cloudWatchLogGroupName": self._log_group.name,
            "cloudWatchEncryptionEnabled": True,
            "cloudWatchStreamingEnabled": True,
            "idleSessionTimeout": str(IDLE_MINUTES),
            "maxSessionDuration": str(LONGEST_MINUTES),
            "runAsEnabled": False,
            "s3BucketName": "",
            "s3EncryptionEnabled": True,
            "s3KeyPrefix": "",
        }
        content = {
            "schemaVersion": "1.0",
            "description": "Encrypted, logged, and over when idle",
            "sessionType": "Standard_Stream",
            "inputs": inputs,
        }
        aws.ssm.Document(
            name,
            name=PREFERENCES,
            document_type="Session",
            document_format="JSON",
            content=pulumi.Output.json_dumps(content, sort_keys=True),
            opts=self._child,
        )

    def _group(self, name: str, description: str) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            name,
            name=self._args.names.regional(name),
            description=description,
            vpc_id=self._args.vpc_id,
            opts=self._child,
        )

    def _endpoints(self, bastions: aws.ec2.SecurityGroup) -> None:
        endpoints = self._group("session-endpoints", "Endpoints of Systems Manager")
        let_through("bastion-to-sessions", bastions.id, endpoints.id, HTTPS, self._child)
        own_account = (Members(self._args.names.account_id),)
        anything = Everything(reason="an instance's id is made when it starts, and channels have no names")
        for service, actions in ENDPOINTS.items():
            aws.ec2.VpcEndpoint(
                service,
                vpc_id=self._args.vpc_id,
                service_name=f"com.amazonaws.{self._args.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                policy=policy_document([Statement("Bastions", "Allow", actions, (anything,), own_account)]),
                subnet_ids=list(self._args.subnet_ids),
                security_group_ids=[endpoints.id],
                opts=self._child,
            )

    def _bastions(self, group: aws.ec2.SecurityGroup) -> None:
        profile = aws.iam.InstanceProfile(
            BASTION,
            name=self._args.names.role(self._args.region, BASTION),
            role=self._role.role_name,
            opts=self._child,
        )
        aws.iam.RolePolicy(
            BASTION,
            name="grants",
            role=self._role.role_name,
            policy=policy_document(self._grants()),
            opts=self._child,
        )
        template = aws.ec2.LaunchTemplate(
            BASTION,
            name=self._args.names.regional(BASTION),
            image_id=IMAGE,
            instance_type=INSTANCE_TYPE,
            update_default_version=True,
            iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile.arn),
            # Version 2 of the metadata service alone: a page fetched on the instance's behalf gets no credentials.
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        encrypted="true", volume_size=DISK_GIB, volume_type="gp3", delete_on_termination="true"
                    ),
                )
            ],
            network_interfaces=[
                aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                    device_index=0, associate_public_ip_address="false", security_groups=[group.id]
                )
            ],
            user_data=base64.b64encode(b"#!/bin/sh\nsystemctl disable --now sshd\n").decode(),
            opts=self._child,
        )
        aws.autoscaling.Group(
            BASTION,
            name=self._args.names.regional(BASTION),
            min_size=0,
            max_size=self._args.largest,
            vpc_zone_identifiers=list(self._args.subnet_ids),
            launch_template=aws.autoscaling.GroupLaunchTemplateArgs(id=template.id, version="$Latest"),
            tags=self._instance_tags(),
            opts=self._child,
        )

    def _instance_tags(self) -> list[aws.autoscaling.GroupTagArgs]:
        """The provider's default tags are not put on a group, nor on what it starts. Patching finds them by its own."""
        tags = {**self._args.tags, "PatchGroup": BASTION}
        return [
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
            for key, value in sorted(tags.items())
        ]

    def _grants(self) -> list[Statement]:
        anything = Everything(reason="an instance's id is made when it starts, and channels have no names")
        return [
            Statement("Agent", "Allow", AGENT, (anything,)),
            Statement("Channels", "Allow", CHANNELS, (anything,)),
            Statement("OpenSession", "Allow", ("kms:Decrypt",), (Exactly(self._key.arn),), conditions=(OF_A_SESSION,)),
            Statement(
                "LogSession",
                "Allow",
                ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
                (LogStreams(self._log_group.arn),),
            ),
            Statement(
                "FindLog",
                "Allow",
                ("logs:DescribeLogGroups",),
                (Everything(reason="the agent lists the groups to find its own; the call has no narrower resource"),),
            ),
        ]
