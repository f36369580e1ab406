"""The functions of one Region's message path, fed from its queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.function import (
    Architecture,
    Function,
    FunctionArgs,
    FunctionCode,
    FunctionNetwork,
    FunctionRole,
    FunctionSize,
)
from components.blocks.naming import arn
from components.payment.environment import Surroundings, variables_of
from components.payment.grants import Reach, grants_of
from components.payment.message_path import CONSUMERS, PURPOSES, TICK_QUEUES, FunctionName, QueueName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

TICKS_AT_A_TIME = 8
"""Sweeps that may run at once: those of two minutes, should a backlog keep each of them busy for that long."""


@dataclass(frozen=True, slots=True)
class CodePackage:
    """Zip files on disk: `functions` for all functions together, `layer` for what they depend on."""

    functions: str
    layer: str
    runtime: str
    architecture: Architecture


@dataclass(frozen=True, slots=True)
class Consumption:
    """How a function is fed from its queue: records a batch (FIFO: 1 to 10), batches at a time (2 to 1,000)."""

    batch_size: int
    maximum_concurrency: int


@dataclass(frozen=True, slots=True)
class MessageFunctionsArgs:
    """`roles` are the Region's; `log_key_arn` is for logs and environments, not for payloads.

    `networks`: of the functions that are in the private network.
    """

    names: Names
    code: CodePackage
    roles: Mapping[FunctionName, FunctionRole]
    sizes: Mapping[FunctionName, FunctionSize]
    consumption: Mapping[QueueName, Consumption]
    reach: Reach
    surroundings: Surroundings
    log_retention_days: int
    log_key_arn: pulumi.Input[str]
    region: str
    networks: Mapping[FunctionName, FunctionNetwork]


class MessageFunctions(pulumi.ComponentResource):
    """The functions of one package over one layer, each with its own role, environment and log."""

    def __init__(self, name: str, args: MessageFunctionsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:MessageFunctions", name, None, opts)
        self._args = args
        layer = aws.lambda_.LayerVersion(
            "dependencies",
            layer_name=args.names.regional("dependencies"),
            description="What the functions depend on",
            code=pulumi.FileArchive(args.code.layer),
            compatible_runtimes=[args.code.runtime],
            compatible_architectures=[args.code.architecture],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.functions = {function: self._function(function, layer.arn) for function in FunctionName}
        for queue, consumer in CONSUMERS.items():
            self._feed(queue, self.functions[consumer])
        for function in TICK_QUEUES:
            self._feed_ticks(function, self.functions[function])
        self.register_outputs({})

    def _function(self, function: FunctionName, layer_arn: pulumi.Input[str]) -> Function:
        args = self._args
        return Function(
            function,
            FunctionArgs(
                function_name=args.names.regional(function),
                description=PURPOSES[function],
                handler=f"lambdas.functions.{function}.handler.handle",
                code=FunctionCode(args.code.functions, layer_arn, args.code.runtime, args.code.architecture),
                role=args.roles[function],
                size=args.sizes[function],
                environment=variables_of(function, args.surroundings),
                grants=grants_of(function, args.reach),
                log_group_name=args.names.function_log_group(function),
                log_retention_days=args.log_retention_days,
                key_arn=args.log_key_arn,
                function_arn=arn(
                    "lambda", args.region, args.names.account_id, f"function:{args.names.regional(function)}"
                ),
                network=args.networks.get(function),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _feed(self, queue: QueueName, function: Function) -> None:
        fed = self._args.consumption[queue]
        aws.lambda_.EventSourceMapping(
            queue,
            event_source_arn=self._args.reach.queue_arns[queue],
            function_name=function.alias.arn,
            batch_size=fed.batch_size,
            scaling_config=aws.lambda_.EventSourceMappingScalingConfigArgs(maximum_concurrency=fed.maximum_concurrency),
            function_response_types=["ReportBatchItemFailures"],
            # Lambda tries the role on the queue when the mapping is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function.permitted]),
        )

    def _feed_ticks(self, name: FunctionName, function: Function) -> None:
        aws.lambda_.EventSourceMapping(
            TICK_QUEUES[name],
            event_source_arn=self._args.reach.tick_queue_arns[name],
            function_name=function.alias.arn,
            # One at a time: each tick gets the function's whole time.
            batch_size=1,
            scaling_config=aws.lambda_.EventSourceMappingScalingConfigArgs(maximum_concurrency=TICKS_AT_A_TIME),
            function_response_types=["ReportBatchItemFailures"],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function.permitted]),
        )
