"""What hands each signal to the flow that decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.queue import RETENTION_SECONDS, alarm_on_any, set_queue_policy
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Everything, Exactly, through

if TYPE_CHECKING:
    from components.blocks.naming import Names

PIPE = "risk-signals"
LEFT = "risk-signals-left"
TRIES = 10
LONGEST_SECONDS = 3_600
"""An older signal is of a payment that is long over."""
READING = (
    "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
    "kinesis:ListShards", "kinesis:SubscribeToShard",
)  # fmt: skip
"""EventBridge User Guide, "Permissions for Amazon EventBridge Pipes", with ListStreams, which has no resource."""


@dataclass(frozen=True, slots=True)
class SignalPipeArgs:
    """`stream_arn`: of signals. `machine_arn`: of the flow, which is express."""

    names: Names
    region: str
    stream_arn: pulumi.Input[str]
    machine_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_retention_days: int
    protect: bool


def pipe_log_group(names: Names) -> str:
    """Where the pipe says what it could not hand over."""
    return f"/aws/vendedlogs/pipes/{names.regional(PIPE)}"


class SignalPipe(pulumi.ComponentResource):
    """A pipe from the stream to the flow: one signal of a shard after the other, each once the one before is answered.

    What fails for good is named in a queue, with where it is in the stream, and an alarm sounds.
    """

    def __init__(self, name: str, args: SignalPipeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:SignalPipe", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        left = self._left()
        role = ExecutionRole(
            PIPE,
            ExecutionRoleArgs(
                args.names.role(args.region, PIPE),
                "pipes.amazonaws.com",
                "Hands signals of risk to the flow that decides",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        permitted = aws.iam.RolePolicy(
            PIPE,
            name="grants",
            role=role.role_name,
            policy=policy_document(self._grants(left)),
            opts=self._child,
        )
        group = aws.cloudwatch.LogGroup(
            PIPE,
            name=pipe_log_group(args.names),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.key_arn,
            opts=self._child,
        )
        self._pipe(role, left, group, permitted)
        self.register_outputs({"leftQueueUrl": left.url})

    def _left(self) -> aws.sqs.Queue:
        args = self._args
        queue = aws.sqs.Queue(
            LEFT,
            name=args.names.standard_queue(LEFT),
            kms_master_key_id=args.key_arn,
            message_retention_seconds=RETENTION_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        set_queue_policy(LEFT, queue, (), parent=self)
        alarm_on_any(LEFT, queue, "A signal was not assessed. The queue says where it is in the stream.", parent=self)
        return queue

    def _pipe(
        self,
        role: ExecutionRole,
        left: aws.sqs.Queue,
        group: aws.cloudwatch.LogGroup,
        permitted: aws.iam.RolePolicy,
    ) -> None:
        args = self._args
        reading = aws.pipes.PipeSourceParametersKinesisStreamParametersArgs(
            starting_position="TRIM_HORIZON",
            batch_size=1,
            maximum_retry_attempts=TRIES,
            maximum_record_age_in_seconds=LONGEST_SECONDS,
            dead_letter_config=aws.pipes.PipeSourceParametersKinesisStreamParametersDeadLetterConfigArgs(arn=left.arn),
        )
        starting = aws.pipes.PipeTargetParametersStepFunctionStateMachineParametersArgs(
            invocation_type="REQUEST_RESPONSE"
        )
        aws.pipes.Pipe(
            PIPE,
            name=args.names.regional(PIPE),
            description="Signals of risk to the flow that decides",
            role_arn=role.arn,
            source=args.stream_arn,
            source_parameters=aws.pipes.PipeSourceParametersArgs(kinesis_stream_parameters=reading),
            target=args.machine_arn,
            target_parameters=aws.pipes.PipeTargetParametersArgs(
                # The record without what Kinesis has around it, as JSON.
                input_template="<$.data>",
                step_function_state_machine_parameters=starting,
            ),
            log_configuration=aws.pipes.PipeLogConfigurationArgs(
                level="ERROR",
                cloudwatch_logs_log_destination=aws.pipes.PipeLogConfigurationCloudwatchLogsLogDestinationArgs(
                    log_group_arn=group.arn
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _grants(self, left: aws.sqs.Queue) -> list[Statement]:
        args, region = self._args, self._args.region
        key = Exactly(args.key_arn)
        seal = ("kms:Decrypt", "kms:GenerateDataKey")
        anything = Everything(reason="streams are listed for all of the account")
        return [
            Statement("ReadSignals", "Allow", READING, (Exactly(args.stream_arn),)),
            Statement("ListStreams", "Allow", ("kinesis:ListStreams",), (anything,)),
            Statement("OpenSignals", "Allow", ("kms:Decrypt",), (key,), conditions=(through(region, "kinesis"),)),
            Statement("Decide", "Allow", ("states:StartSyncExecution",), (Exactly(args.machine_arn),)),
            Statement("SealInput", "Allow", seal, (key,), conditions=(through(region, "states"),)),
            Statement("Leave", "Allow", ("sqs:SendMessage",), (Exactly(left.arn),)),
            Statement("SealLeft", "Allow", seal, (key,), conditions=(through(region, "sqs"),)),
        ]
