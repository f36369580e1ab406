"""A function: its code, its log group, and exactly the permissions it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Everything, LogStreams

if TYPE_CHECKING:
    from collections.abc import Mapping

Architecture = Literal["x86_64", "arm64"]
NETWORK_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does in a role's name to put a function into a network (Lambda Developer Guide, "Giving Lambda functions
access to resources in an Amazon VPC")."""
LIVE = "live"
"""The alias that callers use: it moves to a new version when that is there, and back if need be."""


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """What runs. `package` is a zip file's path, `handler` the dotted path of a callable in it."""

    package: str
    layer_arn: pulumi.Input[str]
    runtime: str
    architecture: Architecture


@dataclass(frozen=True, slots=True)
class FunctionRole:
    """The role that a function takes on."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """`reserved_concurrency`: environments set aside for this function alone, None for the account's common pool."""

    memory_mib: int
    timeout_seconds: int
    reserved_concurrency: int | None


@dataclass(frozen=True, slots=True)
class FunctionNetwork:
    """Where in a private network a function is: it reaches what its security groups let it, and nothing else."""

    subnet_ids: tuple[pulumi.Input[str], ...]
    security_group_ids: tuple[pulumi.Input[str], ...]


@dataclass(frozen=True, slots=True)
class FunctionArgs:
    """`grants` are the function's own; writing its own log comes with it. `key_arn` is for environment and log.

    `network`: None for the network of Lambda itself, from which all of AWS's services are reached. `function_arn`: the
    function's own, known before it is there.
    """

    function_name: str
    description: str
    handler: str
    code: FunctionCode
    role: FunctionRole
    size: FunctionSize
    environment: Mapping[str, pulumi.Input[str]]
    grants: tuple[Statement, ...]
    log_group_name: str
    log_retention_days: int
    key_arn: pulumi.Input[str]
    function_arn: str
    network: FunctionNetwork | None = None


class Function(pulumi.ComponentResource):
    """A Lambda function of one version after the other, called through the alias `live`.

    Tracing stays PassThrough: sending segments would need permissions that no call here needs. Lambda decrypts the
    environment by a grant that it makes on the key in the deployer's name, so the role holds no permission for that.
    """

    function_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:Function", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=args.log_group_name,
            retention_in_days=args.log_retention_days,
            kms_key_id=args.key_arn,
            opts=child,
        )
        own_log = Statement(
            "WriteOwnLog", "Allow", ("logs:CreateLogStream", "logs:PutLogEvents"), (LogStreams(log_group.arn),)
        )
        self.permitted = aws.iam.RolePolicy(
            name,
            name="grants",
            role=args.role.name,
            policy=policy_document([own_log, *_attachment(args), *args.grants]),
            opts=child,
        )
        function = self._function(name, args, log_group)
        self.alias = aws.lambda_.Alias(
            name, name=LIVE, function_name=function.name, function_version=function.version, opts=child
        )
        self.function_name = function.name
        self.log_group_name = log_group.name
        self.register_outputs({"functionName": self.function_name, "aliasArn": self.alias.arn})

    def _function(self, name: str, args: FunctionArgs, log_group: aws.cloudwatch.LogGroup) -> aws.lambda_.Function:
        return aws.lambda_.Function(
            name,
            name=args.function_name,
            description=args.description,
            role=args.role.arn,
            runtime=args.code.runtime,
            architectures=[args.code.architecture],
            handler=args.handler,
            code=pulumi.FileArchive(args.code.package),
            layers=[args.code.layer_arn],
            memory_size=args.size.memory_mib,
            timeout=args.size.timeout_seconds,
            reserved_concurrent_executions=args.size.reserved_concurrency,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=args.environment),
            kms_key_arn=args.key_arn,
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(log_format="Text", log_group=log_group.name),
            tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="PassThrough"),
            vpc_config=None
            if args.network is None
            else aws.lambda_.FunctionVpcConfigArgs(
                subnet_ids=list(args.network.subnet_ids), security_group_ids=list(args.network.security_group_ids)
            ),
            publish=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.permitted]),
        )


def _attachment(args: FunctionArgs) -> tuple[Statement, ...]:
    """Let Lambda attach the function to its network, and the function's own code do nothing of the kind."""
    if args.network is None:
        return ()
    everything = Everything(
        reason="Lambda makes the interfaces itself: none has a name before, and to describe has none"
    )
    by_code = Condition("ArnEquals", "lambda:SourceFunctionArn", (args.function_arn,))
    return (
        Statement("AttachToNetwork", "Allow", NETWORK_ACTIONS, (everything,)),
        Statement("NotByItsCode", "Deny", NETWORK_ACTIONS, (everything,), conditions=(by_code,)),
    )
